import type { EmotionResult } from '../../src/domain/index.ts';
import {
	adaptiveReply,
	channelHeat,
	compose,
	type EmotionContext,
	type EmotionStep,
	escalation,
	guarded,
	scoreHeat,
	smoothing,
	type Turn,
} from '../../src/middleware/index.ts';
import type { Suite } from '../harness/index.ts';
import { newUtterance, resultOf } from '../support/utterance.ts';

const UTTERANCE_EVERY_MS = 1000;
/** What the heat step looks back on by default: so many turns make its window. */
const WINDOW_TURNS = 60_000 / UTTERANCE_EVERY_MS;
const ALERT_CHANNEL = '100000000000000000';
const NEVER = new AbortController().signal;

/** A session of eight members that gets heated and calms down, every two minutes. */
function conversation(utterances: number): EmotionResult[] {
	const pcm = new Int16Array(48_000);
	return Array.from({ length: utterances }, (_, index) => {
		const phase = (2 * Math.PI * index) / 120;
		return resultOf(newUtterance(pcm), 0.45 - 0.4 * Math.cos(phase));
	});
}

const contextOf = (result: EmotionResult, at: number): EmotionContext => ({
	result,
	guildId: 'guild',
	channelId: 'channel',
	locale: 'en',
	at,
	signal: NEVER,
});

/** The steps that compute, with effects that do nothing. */
function steps(): EmotionStep[] {
	const publish = (): void => {};
	const notifier = { say: async () => true };
	return [
		smoothing(),
		channelHeat(publish),
		escalation(notifier, publish, ({ alertId }) => alertId, { mode: 'live', alertChannelId: ALERT_CHANNEL }),
		adaptiveReply(notifier, publish, (cause) => cause),
	];
}

/** Every step's `run` called by hand, one inside the other. */
async function byHand(all: readonly EmotionStep[], context: EmotionContext): Promise<void> {
	const [smooth, heat, escalate, reply] = all as [EmotionStep, EmotionStep, EmotionStep, EmotionStep];
	const done = async (): Promise<void> => {};
	const toReply = async (): Promise<void> => reply.run(context, done);
	const toEscalation = async (): Promise<void> => escalate.run(context, toReply);
	await smooth.run(context, async () => heat.run(context, toEscalation));
}

const turnOf = (result: EmotionResult, index: number): Turn => ({
	at: index * UTTERANCE_EVERY_MS,
	speakerId: result.speakerId,
	anger: result.probabilities.anger,
	valence: result.valence,
	durationMs: result.endMs - result.startMs,
});

/** What happens to a result: smoothing, heat, escalation and reply, each in its error boundary. */
export const middleware: Suite = {
	name: 'middleware',
	about: 'an utterance through the composed steps, beside the same steps called by hand',
	async open(scale) {
		const results = conversation(scale === 'full' ? 480 : 120);
		const session = async (handle: (context: EmotionContext) => Promise<void>): Promise<void> => {
			for (const [index, result] of results.entries()) await handle(contextOf(result, index * UTTERANCE_EVERY_MS));
		};
		const throwIt = (error: Error): never => {
			throw error;
		};
		const onion = {
			name: 'compose of guarded steps',
			asyncWork: () => session(compose(steps().map((step) => guarded(step, throwIt)))),
		};
		const turns = results.map(turnOf);
		const work = { per: 'utterance', clock: 'cpu', units: results.length, ours: onion } as const;
		return {
			comparisons: [
				{
					id: 'middleware/onion',
					...work,
					reference: {
						name: 'the same steps called by hand',
						kind: 'floor',
						asyncWork: () => {
							const all = steps();
							return session((context) => byHand(all, context));
						},
					},
				},
				{
					id: 'middleware/onion-score',
					...work,
					reference: {
						name: 'scoreHeat alone over the same turns',
						kind: 'floor',
						work: () => {
							let hottest = 0;
							for (let index = 0; index < turns.length; index++) {
								const window = turns.slice(Math.max(0, index - WINDOW_TURNS), index + 1);
								hottest = Math.max(hottest, scoreHeat(window, 0.2, index * UTTERANCE_EVERY_MS).score);
							}
							if (hottest === 0) throw new Error('The conversation never got warm.');
						},
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: async () => {},
		};
	},
};
