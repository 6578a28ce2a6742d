import type { Client, VoiceBasedChannel } from 'discord.js';
import type { Log, Publish, Utterance } from '../domain/index.ts';
import type { ConsentGate } from './consent-gate.ts';
import { translate } from './i18n/index.ts';
import { NoticeBoard, noticeMessage } from './notice.ts';
import type { BotOptions } from './options.ts';
import type { EarTuning } from './reception/ear.ts';
import { VoiceSession } from './reception/voice-session.ts';

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
	/** All that was said has been handed on. */
	ended(session: VoiceSession, place: Place, reason: string): void;
}

export interface SessionsOptions {
	readonly client: Client<true>;
	readonly gate: ConsentGate;
	readonly listener: SessionListener;
	readonly publish: Publish;
	readonly log: Log;
	readonly bot: BotOptions;
	readonly tuning: EarTuning;
}

interface Stay {
	readonly session: VoiceSession;
	readonly board: NoticeBoard;
}

/** The bot's stays in voice channels: at most one for each community, as Discord has it. */
export class Sessions implements AsyncDisposable {
	readonly #options: SessionsOptions;
	readonly #stays = new Map<string, Stay>();
	/** Communities that are being joined or left, so that two commands cannot cross. */
	readonly #busy = new Map<string, Promise<unknown>>();
	readonly #closing = new AbortController();

	constructor(options: SessionsOptions) {
		this.#options = options;
		options.gate.onChange(({ action, guildId, userId }) => {
			const session = this.get(guildId);
			if (action === 'withdrawn') session?.withdraw(userId);
			session?.sync();
		});
	}

	get(guildId: string): VoiceSession | undefined {
		return this.#stays.get(guildId)?.session;
	}

	get all(): VoiceSession[] {
		return [...this.#stays.values()].map((stay) => stay.session);
	}

	/**
	 * Joins `channel`, leaving the community's other channel first, and listens once its notice is posted.
	 *
	 * @param deadlineMs how long connecting may take, when that differs from the configured time
	 * @throws when connecting or posting the notice fails, or the program is ending
	 */
	join(channel: VoiceBasedChannel, deadlineMs = this.#options.bot.connectDeadlineMs): Promise<VoiceSession> {
		return this.#exclusively(channel.guild.id, async () => {
			this.#closing.signal.throwIfAborted();
			const current = this.get(channel.guild.id);
			if (current?.channel.id === channel.id && current.state.status === 'listening') return current;
			await current?.[Symbol.asyncDispose]();
			await this.#options.gate.load(channel.guild.id);
			return this.#enter(channel, deadlineMs);
		});
	}

	/** @returns whether there was a session to leave */
	leave(guildId: string): Promise<boolean> {
		return this.#exclusively(guildId, async () => {
			const session = this.get(guildId);
			await session?.[Symbol.asyncDispose]();
			return session !== undefined;
		});
	}

	/** Someone joined, left or moved: adjusts who is heard and who has to be told. */
	memberMoved(guildId: string, member: { readonly userId: string; readonly bot: boolean }, into: string | null): void {
		const stay = this.#stays.get(guildId);
		if (!stay) return;
		stay.session.sync();
		if (!member.bot && into === stay.session.channel.id) stay.board.arrived(member.userId);
	}

	/**
	 * A moderator moved the bot itself: what it hears and tells belongs to the new channel from now on,
	 * whose members have not been told yet.
	 */
	async botMoved(guildId: string, into: VoiceBasedChannel | null): Promise<void> {
		const session = this.get(guildId);
		if (!session || session.channel.id === into?.id) return;
		if (into === null) await this.leave(guildId);
		else await this.join(into);
	}

	/** Leaves all channels and joins no more. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closing.abort(new Error('the program is ending'));
		await Promise.allSettled([...this.#busy.values()]);
		await Promise.all([...this.#stays.keys()].map((guildId) => this.leave(guildId)));
	}

	async #enter(channel: VoiceBasedChannel, deadlineMs: number): Promise<VoiceSession> {
		const { listener, log, gate, bot, tuning } = this.#options;
		const guildId = channel.guild.id;
		const place: Place = { guildId, channelId: channel.id, locale: bot.locale ?? channel.guild.preferredLocale };
		const session = await VoiceSession.join(
			{
				channel,
				tuning,
				log,
				connectDeadlineMs: bot.connectDeadlineMs,
				mayHear: (userId) => gate.mayHear(guildId, userId),
				onUtterance: (utterance) => listener.utterance(utterance, place, gate.signalFor(guildId, utterance.speakerId)),
				onEnd: (ended, reason) => this.#ended(ended, place, reason),
			},
			deadlineMs,
			this.#closing.signal,
		);
		const board = new NoticeBoard(
			() => this.#post(session, place),
			(error) => {
				log.error({ session: session.id, error }, 'notice could not be posted again, leaving');
				void session[Symbol.asyncDispose]();
			},
		);
		this.#stays.set(guildId, { session, board });
		listener.started(session, place);
		try {
			await board.open(channel.members.filter((member) => !member.user.bot).map((member) => member.id));
		} catch (error) {
			// Without the notice nobody has been told, so nobody may be heard.
			await session[Symbol.asyncDispose]();
			throw new Error('the notice could not be posted', { cause: error });
		}
		session.listen();
		return session;
	}

	async #post(session: VoiceSession, place: Place): Promise<void> {
		await session.channel.send(noticeMessage(place.locale));
		this.#options.publish({
			type: 'notice',
			at: Date.now(),
			sessionId: session.id,
			channelId: place.channelId,
			text: translate(place.locale, 'notice.title'),
		});
	}

	#ended(session: VoiceSession, place: Place, reason: string): void {
		const stay = this.#stays.get(place.guildId);
		if (stay?.session !== session) return;
		stay.board[Symbol.dispose]();
		this.#stays.delete(place.guildId);
		this.#options.listener.ended(session, place, reason);
		if (reason === 'left') return;
		void session.channel
			.send(translate(place.locale, 'reception.lost', { reason }))
			.catch((error: unknown) => this.#options.log.warn({ session: session.id, error }, 'loss could not be reported'));
	}

	async #exclusively<T>(guildId: string, task: () => Promise<T>): Promise<T> {
		const before = this.#busy.get(guildId) ?? Promise.resolve();
		const mine = before.then(task, task);
		this.#busy.set(guildId, mine);
		try {
			return await mine;
		} finally {
			if (this.#busy.get(guildId) === mine) this.#busy.delete(guildId);
		}
	}
}
