import type { GuildSettings, GuildSettingsStore } from '../../domain/index.ts';
import { InTurn } from '../in-turn.ts';

/** Why the bot may not listen in a channel, whoever wants it there. */
export type ListeningRefusal = 'not-attested' | 'paused' | 'excluded';

export interface CommunitySettingsOptions {
	readonly settings: GuildSettingsStore;
	readonly bot: {
		/** Whether the operator attested for every community. */
		readonly attested: boolean;
		/** Language of public messages where a community chose none. */
		readonly locale?: string | undefined;
	};
}

/** A change of what a community chose. */
export interface SettingsChange {
	readonly before: GuildSettings;
	readonly after: GuildSettings;
}

/**
 * What communities chose, at hand without asking the store: whether a channel may be joined hangs on it.
 * Changes to it are made here, one after the other, so that none is lost between reading and writing.
 */
export class CommunitySettings {
	readonly #options: CommunitySettingsOptions;
	readonly #chosen = new Map<string, GuildSettings>();
	readonly #turns = new InTurn();
	readonly #listeners = new Set<(guildId: string) => void>();

	constructor(options: CommunitySettingsOptions) {
		this.#options = options;
	}

	/** Reads what a community chose; until then nothing counts as chosen. */
	async load(guildId: string): Promise<void> {
		this.#chosen.set(guildId, await this.#options.settings.get(guildId));
	}

	/** As last read or changed. */
	of(guildId: string): GuildSettings {
		return this.#chosen.get(guildId) ?? {};
	}

	/** As the store has it at this moment: moderators' verdicts and buttons change settings, too. */
	async read(guildId: string): Promise<GuildSettings> {
		await this.load(guildId);
		return this.of(guildId);
	}

	/** Whether someone answers for it that this is no workplace, no school and for adults. */
	isAttested(guildId: string): boolean {
		return this.#options.bot.attested || this.of(guildId).attestation !== undefined;
	}

	/** Why the bot may not listen in the channel; undefined where it may. */
	refusal(guildId: string, channelId: string): ListeningRefusal | undefined {
		if (!this.isAttested(guildId)) return 'not-attested';
		const { paused, channels } = this.of(guildId);
		if (paused) return 'paused';
		return channels?.includes(channelId) === false ? 'excluded' : undefined;
	}

	/** Language of what everybody reads: the community's choice, the operator's, or what Discord has for it. */
	localeOf(guild: { readonly id: string; readonly preferredLocale: string }): string {
		return this.of(guild.id).locale ?? this.#options.bot.locale ?? guild.preferredLocale;
	}

	/** Stores what `alter` makes of the settings, and tells whoever follows from them. */
	change(guildId: string, alter: (before: GuildSettings) => GuildSettings): Promise<SettingsChange> {
		return this.#turns.run(guildId, async () => {
			const { settings } = this.#options;
			const before = await settings.get(guildId);
			const after = alter(before);
			await settings.set(guildId, after);
			this.#chosen.set(guildId, after);
			for (const listener of this.#listeners) listener(guildId);
			return { before, after };
		});
	}

	/** Told of every change, synchronously. */
	onChange(listener: (guildId: string) => void): void {
		this.#listeners.add(listener);
	}
}
