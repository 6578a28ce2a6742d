/** Raise when the notice changes in substance: older consent no longer counts. */
export const CONSENT_VERSION = 1;

/** One member's decision in one community. */
export interface ConsentRecord {
	readonly guildId: string;
	readonly userId: string;
	/** Version of the notice that the member agreed to. */
	readonly version: number;
	/** Milliseconds since the Unix epoch. */
	readonly givenAt: number;
	/** Handed to the member, so that either side can point to this very decision. */
	readonly receipt: string;
}

/** Consent counts only for the notice that is shown today. */
export function isCurrent(record: ConsentRecord | undefined): record is ConsentRecord {
	return record !== undefined && record.version === CONSENT_VERSION;
}
