import type { VoiceBasedChannel } from 'discord.js';
import type { Log } from '../../domain/index.ts';

/** After Discord did not say who somebody is, it is asked again. */
const LOOK_UP_MS = 5000;

export interface PresentMembersOptions {
	readonly channel: VoiceBasedChannel;
	readonly log: Log;
	/** Whether this member agreed to be heard. */
	mayHear(userId: string): boolean;
	/** Discord was asked about a member, and has answered or may be asked again. */
	onKnown(): void;
}

/** Who is in a channel of those who agreed to be heard. */
export class PresentMembers {
	readonly #options: PresentMembersOptions;
	/** Members whom Discord was asked about. */
	readonly #asked = new Set<string>();

	constructor(options: PresentMembersOptions) {
		this.#options = options;
	}

	/** Those who are no bots. Of whom that is not known counts as one until Discord has said so. */
	humans(): Set<string> {
		const { channel, mayHear } = this.#options;
		const present = [...channel.guild.voiceStates.cache.values()]
			.filter((state) => state.channelId === channel.id && mayHear(state.id))
			.map((state) => state.id);
		for (const userId of this.#asked) if (!present.includes(userId)) this.#asked.delete(userId);
		return new Set(present.filter((userId) => this.#isHuman(userId)));
	}

	#isHuman(userId: string): boolean {
		const { channel, log, onKnown } = this.#options;
		const { members } = channel.guild;
		const member = members.cache.get(userId);
		if (member) return !member.user.bot;
		if (!this.#asked.has(userId)) {
			this.#asked.add(userId);
			void members.fetch(userId).then(onKnown, (error: unknown) => {
				log.warn({ error }, 'member could not be looked up');
				setTimeout(() => {
					this.#asked.delete(userId);
					onKnown();
				}, LOOK_UP_MS).unref();
			});
		}
		return false;
	}
}
