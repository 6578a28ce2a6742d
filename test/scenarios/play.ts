import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../src/app/config.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configuredSteps } from '../../src/app/steps.ts';
import { createOpusDecoder } from '../../src/audio/index.ts';
import { Ears } from '../../src/bot/reception/ears.ts';
import type {
	AlertRecord,
	HeatEvent,
	InferenceQueue,
	JudgementRules,
	MoodEntry,
	Utterance,
} from '../../src/domain/index.ts';
import { SILENCE_FRAME } from '../../src/sim/index.ts';
import { type Mixer, PACKET_MS, type Stretch } from './mix.ts';
import type { Scenario } from './script.ts';

/** Clients end what they say with so many silence frames. */
const SILENCE_FRAMES = 5;
const RTP_TICKS = 960;
const TICK_MS = 100;
/** So that what was said last is cut. */
const AFTERWARDS_MS = 2000;
/** When a scenario begins; any time would do. */
const EPOCH = Date.UTC(2026, 0, 1, 20);
const PLACE = { guildId: 'guild', channelId: 'channel', locale: 'en' } as const;

/** What a scenario led to; times count from its beginning. */
export interface Played {
	readonly utterances: number;
	/** Whose mood was recorded. */
	readonly recorded: readonly MoodEntry[];
	readonly heat: readonly (Pick<HeatEvent, 'state' | 'score' | 'reasons'> & { readonly atMs: number })[];
	readonly alerts: readonly { readonly atMs: number; readonly alert: AlertRecord }[];
}

export interface Stage {
	readonly queue: InferenceQueue;
	readonly rules: JudgementRules;
	readonly config: Config;
	readonly mixer: Mixer;
}

interface Sent {
	readonly userId: string;
	readonly sequence: number;
	readonly timestamp: number;
	readonly atMs: number;
	readonly payload: Buffer;
}

/** The packets of all, in the order in which they arrive. */
function packetsOf(stretches: readonly Stretch[]): Sent[] {
	const sequences = new Map<string, number>();
	return stretches
		.flatMap(({ userId, atMs, packets }) => {
			const first = sequences.get(userId) ?? 0;
			const all = [...packets, ...Array.from({ length: SILENCE_FRAMES }, () => SILENCE_FRAME)];
			sequences.set(userId, first + all.length);
			return all.map((payload, index) => ({
				userId,
				sequence: (first + index) & 0xffff,
				timestamp: Math.round(((atMs + index * PACKET_MS) * RTP_TICKS) / PACKET_MS),
				atMs: atMs + index * PACKET_MS,
				payload,
			}));
		})
		.sort((a, b) => a.atMs - b.atMs);
}

/**
 * Plays a scenario through the engine: packets of each member who agreed into the bot's own ears, and what
 * they cut out through queue, model, judgement and the configured steps, in virtual time.
 */
export async function play(scenario: Scenario, { queue, rules, config, mixer }: Stage): Promise<Played> {
	const heat: Played['heat'][number][] = [];
	const alerts: Played['alerts'][number][] = [];
	const recorded: MoodEntry[] = [];
	const steps = configuredSteps(config.middleware, rules, {
		publish: (event) => {
			if (event.type !== 'heat') return;
			const { at, state, score, reasons } = event;
			heat.push({ atMs: at - EPOCH, state, score, reasons });
		},
		moods: { record: async (entry) => void recorded.push(entry) },
		settingsOf: () => ({}),
		raise: async (alert) => void alerts.push({ atMs: alert.at - EPOCH, alert }),
		adaptiveReply: { name: 'adaptive-reply', run: (_, next) => next() },
	});
	const failures: unknown[] = [];
	const log = { debug() {}, info() {}, warn() {}, error: (values: object) => void failures.push(values) };
	const pipeline = new Pipeline({ queue, rules, steps, log });
	const { signal } = new AbortController();

	const heard = new Set(scenario.members.filter(({ consents, bot }) => consents && !bot).map(({ name }) => name));
	const decoders = await Promise.all([...heard].map(() => createOpusDecoder()));
	const cut: Utterance[] = [];
	const ears = new Ears({
		sessionId: scenario.name,
		tuning: { ...config, openDecoder: async () => decoders.pop() ?? createOpusDecoder() },
		mayHear: (userId) => heard.has(userId),
		onUtterance: (utterance) => cut.push(utterance),
		onChange: () => {},
		onFailure: (error) => failures.push(error),
	});
	ears.sync(heard, 0);
	await setImmediate();
	let utterances = 0;
	const pass = async (nowMs: number): Promise<void> => {
		for (const utterance of cut.splice(0)) {
			utterances++;
			await pipeline.take({ utterance, place: PLACE, at: EPOCH + nowMs, signal });
		}
	};
	let nextTickMs = TICK_MS;
	const tickUntil = async (untilMs: number): Promise<void> => {
		for (; nextTickMs <= untilMs; nextTickMs += TICK_MS) {
			ears.tick(nextTickMs);
			if (cut.length > 0) await pass(nextTickMs);
		}
	};
	const ssrcs = new Map(scenario.members.map(({ name }, index) => [name, index + 1]));
	for (const { atMs, ...packet } of packetsOf(mixer.stretches(scenario))) {
		await tickUntil(atMs);
		ears.packet({ ...packet, ssrc: ssrcs.get(packet.userId) ?? 0, atMs }, atMs);
		if (cut.length > 0) await pass(atMs);
	}
	await tickUntil(scenario.durationMs + AFTERWARDS_MS);
	ears.close(nextTickMs);
	await pass(nextTickMs);
	if (failures.length > 0) throw new AggregateError(failures, `${scenario.name} failed on the way`);
	return { utterances, recorded, heat, alerts };
}
