import { PermissionFlagsBits, type VoiceBasedChannel } from 'discord.js';
import type { Log, PartialUtterance, Publish, Utterance } from '../domain/index.ts';
import { Emptiness } from './attendance/emptiness.ts';
import type { ConsentGate } from './consent-gate.ts';
import { translate } from './i18n/index.ts';
import { DeafNotice, type ListeningMarks, NoticeBoard, noticeMessage, playCue } from './notice/index.ts';
import type { BotOptions } from './options.ts';
import type { EarTuning } from './reception/ear.ts';
import { VoiceSession } from './reception/voice-session.ts';
import type { CommunitySettings } from './setup/community-settings.ts';

/** Where an utterance was spoken, beyond what it carries itself. */
export interface Place {
	readonly guildId: string;
	readonly channelId: string;
	/** The community's language. */
	readonly locale: string;
}

/** What happens in voice, as the rest of the program hears of it. */
export interface SessionListener {
	started(session: VoiceSession, place: Place): void;
	/** @param signal aborts when the speaker withdraws or erases, however long ago they spoke */
	utterance(utterance: Utterance, place: Place, signal: AbortSignal): void;
	/** The latest of an utterance that is still open; the whole follows. @param signal as of `utterance` */
	partial?(partial: PartialUtterance, place: Place, signal: AbortSignal): void;
	/** All that was said has been handed on. */
	ended(session: VoiceSession, place: Place, reason: string): void;
}

export interface StayServices {
	readonly gate: ConsentGate;
	readonly listener: SessionListener;
	readonly publish: Publish;
	readonly log: Log;
	readonly bot: BotOptions;
	readonly tuning: EarTuning;
	readonly marks: ListeningMarks;
	readonly community: CommunitySettings;
}

export interface StayEvents {
	/** It is over, for whatever reason. */
	ended(stay: Stay, reason: string): void;
	/** Nobody has been in the channel for as long as the options have it. */
	deserted(stay: Stay): void;
}

/** One account in one voice channel, with all that belongs to it: reception, notice, marks, cue. */
export class Stay implements AsyncDisposable {
	readonly session: VoiceSession;
	readonly place: Place;
	readonly #services: StayServices;
	readonly #board: NoticeBoard;
	readonly #deafNotice: DeafNotice;
	readonly #emptiness: Emptiness;
	readonly #ending = new AbortController();

	private constructor(session: VoiceSession, place: Place, services: StayServices, events: StayEvents) {
		this.session = session;
		this.place = place;
		this.#services = services;
		this.#emptiness = new Emptiness(services.bot.leaveEmptyAfterMs, () => events.deserted(this));
		this.#board = new NoticeBoard({
			repeatMs: services.bot.notice.repeatMs,
			post: () => this.#post(),
			isPresent: (userId) => session.channel.guild.voiceStates.cache.get(userId)?.channelId === session.channel.id,
			onFailure: (error) => {
				services.log.error({ session: session.id, error }, 'notice could not be posted again, leaving');
				void session[Symbol.asyncDispose]();
			},
		});
		this.#deafNotice = new DeafNotice({
			cause: () => session.health.find(({ deaf }) => deaf)?.deaf,
			post: (cause) => {
				const advice = translate(place.locale, `reception.deaf.${cause}`);
				const content = translate(place.locale, 'reception.unheard', { advice });
				return session.channel.send({ content, allowedMentions: { parse: [] } });
			},
			onFailure: (error) => services.log.warn({ session: session.id, error }, 'the channel could not be told'),
		});
	}

	/**
	 * Joins a channel with the account that `channel` was read with, and listens once the notice is posted.
	 *
	 * @throws when connecting or posting the notice fails, or `signal` aborts
	 */
	static async enter(
		channel: VoiceBasedChannel,
		services: StayServices,
		events: StayEvents,
		deadlineMs: number,
		signal: AbortSignal,
	): Promise<Stay> {
		const { listener, log, gate, bot, tuning, community } = services;
		const guildId = channel.guild.id;
		const place: Place = {
			guildId,
			channelId: channel.id,
			// The community may choose another while we are there.
			get locale() {
				return community.localeOf(channel.guild);
			},
		};
		let stay: Stay | undefined;
		const session = await VoiceSession.join(
			{
				channel,
				tuning,
				log,
				connectDeadlineMs: bot.connectDeadlineMs,
				mayHear: (userId) => gate.mayHear(guildId, userId),
				onUtterance: (utterance) => listener.utterance(utterance, place, gate.signalFor(guildId, utterance.speakerId)),
				onPartial: (partial) => listener.partial?.(partial, place, gate.signalFor(guildId, partial.speakerId)),
				onReception: (event) => {
					services.publish(event);
					if (stay && event.status === 'deaf') stay.#deafNotice.raised();
				},
				onEnd: (_, reason) => {
					// Before it stands, whoever joins is told by the rejection.
					if (stay) stay.#ended(reason, events);
				},
			},
			deadlineMs,
			signal,
		);
		stay = new Stay(session, place, services, events);
		listener.started(session, place);
		await stay.#open();
		return stay;
	}

	get accountId(): string {
		return this.session.channel.client.user.id;
	}

	/** Somebody came or went. */
	moved(): void {
		this.session.sync();
		this.#emptiness.see(this.#humans.length);
	}

	/** Someone came in: they are told, unless they agreed to the notice long ago. */
	arrived(userId: string): void {
		if (!this.#services.gate.mayHear(this.place.guildId, userId)) this.#board.arrived(userId);
	}

	/** A new session on the main gateway: who came and went before it was not told. */
	gatewayRenewed(): void {
		this.session.gatewayRenewed();
		this.#emptiness.see(this.#humans.length);
		for (const userId of this.#humans) this.arrived(userId);
	}

	/** Leaves; what was being said is still handed on. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#ending.abort();
		const hidden = this.#services.marks.hide(this.session.channel);
		// From inside the channel alone may the status line be changed without further permissions.
		if (this.#isInside) await hidden;
		await this.session[Symbol.asyncDispose]();
		await hidden;
	}

	/** Members in the channel who are no bots, as far as Discord has told of them. */
	get #humans(): string[] {
		return this.session.channel.members.filter((member) => !member.user.bot).map((member) => member.id);
	}

	get #isInside(): boolean {
		const { channel } = this.session;
		return channel.guild.voiceStates.cache.get(this.accountId)?.channelId === channel.id;
	}

	async #open(): Promise<void> {
		const { channel } = this.session;
		try {
			await this.#board.open(this.#humans);
		} catch (error) {
			// Without the notice nobody has been told, so nobody may be heard.
			await this.session[Symbol.asyncDispose]();
			throw new Error('the notice could not be posted', { cause: error });
		}
		const { state } = this.session;
		if (state.status === 'ended') throw new Error(state.reason);
		this.session.listen();
		// Whoever came in while the notice was on its way: nobody could tell this stay of them.
		for (const userId of this.#humans) this.arrived(userId);
		this.#emptiness.see(this.#humans.length);
		void this.#services.marks.show(channel, this.place.locale);
		void this.#playCue(channel);
	}

	async #post(): Promise<void> {
		await this.session.channel.send(noticeMessage(this.place.locale));
		this.#services.publish({
			type: 'notice',
			at: Date.now(),
			sessionId: this.session.id,
			channelId: this.place.channelId,
			text: translate(this.place.locale, 'notice.title'),
		});
	}

	async #playCue(channel: VoiceBasedChannel): Promise<void> {
		const { bot, log } = this.#services;
		if (bot.notice.joinCue === 'off') return;
		if (channel.permissionsFor(channel.client.user)?.has(PermissionFlagsBits.Speak) === false) return;
		try {
			await playCue(this.place.guildId, this.accountId, this.#ending.signal);
		} catch (error) {
			if (!this.#ending.signal.aborted) log.warn({ error }, 'join cue could not be played, going on');
		}
	}

	#ended(reason: string, events: StayEvents): void {
		const first = !this.#ending.signal.aborted;
		this.#ending.abort();
		this.#board[Symbol.dispose]();
		this.#emptiness[Symbol.dispose]();
		this.#deafNotice[Symbol.dispose]();
		if (first) void this.#services.marks.hide(this.session.channel);
		this.#services.listener.ended(this.session, this.place, reason);
		events.ended(this, reason);
	}
}
