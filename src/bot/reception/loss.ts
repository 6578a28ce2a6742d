import { translate } from '../i18n/index.ts';

/** Why a session ended without being asked to. */
export type LossCause =
	/** Closed with 4014 and not moved: a moderator disconnected the bot, or the channel is gone. */
	| 'disconnected'
	/** Every attempt to come back was refused, or not answered. */
	| 'refused'
	/** The end-to-end encryption could not be restored. */
	| 'encryption'
	| 'channel-deleted'
	/** The bot was removed from the community. */
	| 'removed';

const CAUSES: readonly LossCause[] = ['disconnected', 'refused', 'encryption', 'channel-deleted', 'removed'];

/** What the log says of a loss: its cause, and what Discord said. */
export const lossReason = (cause: LossCause, detail?: string): string => (detail ? `${cause}: ${detail}` : cause);

/**
 * What the channel is told when a session is lost: what happened, and what to do.
 *
 * @param reason as {@link lossReason} made it, or any other text
 */
export function lossText(locale: string, reason: string): string {
	const cause = CAUSES.find((each) => reason === each || reason.startsWith(`${each}: `));
	const detail = cause ? reason.slice(cause.length + 2) : reason;
	return translate(locale, `reception.lost.${cause ?? 'refused'}`, { detail: detail && ` (${detail})` });
}
