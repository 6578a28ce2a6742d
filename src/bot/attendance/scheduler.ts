import { type Clock, isOpen, type WeeklyWindow } from '../../domain/index.ts';
import type { DropCause } from '../community.ts';
import type { ClaimOutcome } from '../sessions.ts';

/** When to be in which channel. */
export interface Appointment extends WeeklyWindow {
	readonly guild: string;
	readonly channel: string;
}

export interface SchedulerOptions {
	readonly appointments: readonly Appointment[];
	readonly clock: Clock;
	join(guildId: string, channelId: string): Promise<ClaimOutcome>;
	leave(guildId: string, channelId: string): Promise<void>;
	onFailure(error: unknown): void;
}

/** Windows begin and end on the minute. */
const LOOK_EVERY_MS = 10_000;
/** After this long a channel that could not be joined is tried again. */
const RETRY_MS = 5 * 60_000;

type Attendance =
	| { readonly status: 'there' }
	/** Sent away: not again in this window. */
	| { readonly status: 'dismissed' }
	| { readonly status: 'failed'; readonly at: number };

/** Keeps appointments: is in a channel for as long as one of its windows is open. */
export class Scheduler implements Disposable {
	readonly #options: SchedulerOptions;
	/** By channel, for as long as one of its windows is open. */
	readonly #attended = new Map<string, Attendance>();
	readonly #timer: NodeJS.Timeout | undefined;

	constructor(options: SchedulerOptions) {
		this.#options = options;
		if (options.appointments.length === 0) return;
		this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
		this.#look();
	}

	/** The channel was left though an appointment stood. */
	dropped(channelId: string, cause: DropCause): void {
		if (this.#attended.get(channelId)?.status !== 'there') return;
		const lost = { status: 'failed', at: this.#options.clock() } as const;
		this.#attended.set(channelId, cause === 'dismissed' ? { status: 'dismissed' } : lost);
	}

	[Symbol.dispose](): void {
		clearInterval(this.#timer);
	}

	#look(): void {
		const { appointments, clock, leave, onFailure } = this.#options;
		const now = clock();
		const open = new Map(
			appointments.filter((window) => isOpen(window, now)).map(({ guild, channel }) => [channel, guild]),
		);
		for (const [channel, guild] of open) {
			const attendance = this.#attended.get(channel);
			const due = attendance === undefined || (attendance.status === 'failed' && now - attendance.at >= RETRY_MS);
			if (due) this.#join(guild, channel).catch(onFailure);
		}
		for (const { guild, channel } of appointments) {
			if (open.has(channel)) continue;
			const attendance = this.#attended.get(channel);
			this.#attended.delete(channel);
			if (attendance?.status === 'there') leave(guild, channel).catch(onFailure);
		}
	}

	async #join(guild: string, channel: string): Promise<void> {
		this.#attended.set(channel, { status: 'there' });
		const outcome = await this.#options.join(guild, channel);
		if (outcome === 'failed') this.#attended.set(channel, { status: 'failed', at: this.#options.clock() });
	}
}
