/** Hours of a day in the community's time zone, `from` up to but without `to`; over midnight when `to` is smaller. */
export interface QuietHours {
	/** `HH:MM` */
	readonly from: string;
	/** `HH:MM` */
	readonly to: string;
	/** IANA name, as `Europe/Warsaw`. */
	readonly timeZone: string;
}

/** What whoever set the bot up attested: it is not for workplaces, schools, or people under age. */
export interface Attestation {
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** User id. */
	readonly by: string;
}

/** How a community wants to be warned. */
export interface AlertSettings {
	/** In monitor mode nobody is called: `/alerts recent` shows what would have been sent. */
	readonly mode: 'monitor' | 'live';
	/** The moderators' channel. */
	readonly channelId?: string;
	/** Mentioned in an alert. */
	readonly roleId?: string;
	/** Added to every threshold of heat, −0.2…0.2; verdicts move it, too. */
	readonly thresholdShift: number;
	/** Whether verdicts move the shift; they do when it is not set. */
	readonly tuning?: 'automatic' | 'manual';
	readonly quietHours?: QuietHours;
	/** No alerts until then, milliseconds since the Unix epoch. */
	readonly mutedUntil?: number;
}

/** Slow mode in a channel's chat that a moderator turned on through the bot, and that is to be taken back. */
export interface SlowMode {
	readonly channelId: string;
	/** Between two messages of a member. */
	readonly seconds: number;
	/** The same as it was before. */
	readonly beforeS: number;
	/** Milliseconds since the Unix epoch. */
	readonly until: number;
}

/** What a community chose by command; it stands over the configuration. */
export interface GuildSettings {
	/** Whether the bot follows members into voice channels, and how many who agreed it takes. */
	readonly follow?: { readonly enabled: boolean; readonly minMembers: number };
	/** Present once the set-up is done. */
	readonly attestation?: Attestation;
	readonly alerts?: AlertSettings;
	/** Language of public messages: en, de, pl, es. */
	readonly locale?: string;
	/** Voice channels in which the bot may listen; all when not set. */
	readonly channels?: readonly string[];
	/** Days that moods are kept here; never more than the configuration allows. */
	readonly retentionDays?: number;
	/** Fewest contributors that a group's figures are shown for: five, or three in small channels. */
	readonly groupOf?: 3 | 5;
	/** Nobody is heard until it is resumed. */
	readonly paused?: boolean;
	/** Whether the bot says anything by itself here. */
	readonly replies?: boolean;
	/** One for each channel. */
	readonly slowModes?: readonly SlowMode[];
	readonly draft?: SetupDraft;
}

/** What a set-up that is under way has chosen so far. It counts once it is saved. */
export interface SetupDraft
	extends Pick<GuildSettings, 'alerts' | 'locale' | 'channels' | 'retentionDays' | 'groupOf'> {}

/** Keeps what communities chose. */
export interface GuildSettingsStore {
	/** @returns an empty object where nothing was chosen */
	get(guildId: string): Promise<GuildSettings>;
	set(guildId: string, settings: GuildSettings): Promise<void>;
}
