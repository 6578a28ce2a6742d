import { faultyNetwork, type NetworkPolicy, type SimulatedDiscord } from '../../src/sim/index.ts';
import { nowMs } from './clock.ts';

export const FAULT_LEVELS = ['none', 'light', 'heavy'] as const;
export type FaultLevel = (typeof FAULT_LEVELS)[number];

/** What happens to the bot's own voice connection. */
export type Disruption = 'resume' | 'region' | 4006 | 4009 | 4015 | 4022;

interface FaultProfile {
	/** @param seed the same one loses the same packets */
	network(seed: number): NetworkPolicy | undefined;
	/** From one change of the group's keys to the next: a member leaves, or comes back. */
	readonly transitionMs: number;
	/** In turn. */
	readonly disruptions: readonly Disruption[];
	readonly disruptionMs: number;
}

/** `heavy` is the network of issue "Reception that never goes deaf", with a broken packet now and then. */
export const PROFILES: Readonly<Record<FaultLevel, FaultProfile>> = {
	none: { network: () => undefined, transitionMs: 60_000, disruptions: [], disruptionMs: Number.POSITIVE_INFINITY },
	light: {
		network: (seed) => faultyNetwork({ seed, loss: 0.02, reorder: 0.01, duplicate: 0.005, jitterMs: 10 }),
		transitionMs: 60_000,
		disruptions: ['resume', 4006],
		disruptionMs: 120_000,
	},
	heavy: {
		network: (seed) => faultyNetwork({ seed, loss: 0.1, reorder: 0.05, duplicate: 0.02, corrupt: 0.002, jitterMs: 10 }),
		transitionMs: 30_000,
		disruptions: ['resume', 4006, 'region', 4015, 4009, 4022],
		disruptionMs: 60_000,
	},
};

/** From which no client resumes: until the bot is in the group again, nobody can send it anything. */
const cutsOff = (disruption: Disruption): boolean => disruption !== 'resume' && disruption !== 4015;

const READMISSION_MS = 30_000;

/** What was done to the bot, and until when nothing could reach it; the same time where something always could. */
export interface Outage {
	readonly cause: Disruption;
	readonly fromMs: number;
	readonly untilMs: number;
}

/**
 * Does it to the bot.
 *
 * @param present ids of those who must be in the group again before the outage counts as over
 * @returns the outage; it ends after half a minute whether the bot is back or not
 */
export async function disrupt(
	discord: SimulatedDiscord,
	botId: string,
	guild: string,
	cause: Disruption,
	present: () => readonly string[],
): Promise<Outage> {
	const fromMs = nowMs();
	const since = discord.events.position;
	if (cause === 'resume') discord.faults.voice.breakOff(botId);
	else if (cause === 'region') await discord.faults.voice.changeRegion(guild);
	else discord.faults.voice.close(botId, cause);
	if (!cutsOff(cause)) return { cause, fromMs, untilMs: fromMs };
	const deadline = { since, timeoutMs: READMISSION_MS };
	try {
		await discord.waitFor('voice-ready', ({ userId }) => userId === botId, deadline);
		await discord.waitFor(
			'dave-transition',
			({ members }) => [botId, ...present()].every((id) => members.includes(id)),
			deadline,
		);
	} catch (error) {
		if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
	}
	return { cause, fromMs, untilMs: nowMs() };
}
