import { configSchema } from '../../src/app/config.ts';
import { configuredSteps } from '../../src/app/steps.ts';
import { type EmotionResult, JUDGEMENT_DEFAULTS } from '../../src/domain/index.ts';
import {
	adaptiveReply,
	compose,
	type EmotionContext,
	type EmotionStep,
	guarded,
	scoreHeat,
	type Turn,
} from '../../src/middleware/index.ts';
import { heatReplies } from '../../test/support/rules.ts';
import type { Suite } from '../harness/index.ts';
import { newUtterance, resultOf } from '../support/utterance.ts';

const UTTERANCE_EVERY_MS = 1000;
/** What the heat step looks back on by default: so many turns make its window. */
const WINDOW_TURNS = 60_000 / UTTERANCE_EVERY_MS;
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

/** All steps as they are configured by default, with effects that do nothing. */
function steps(): readonly EmotionStep[] {
	const publish = (): void => {};
	const notifier = { say: async () => true };
	return configuredSteps(configSchema.parse({}).middleware, JUDGEMENT_DEFAULTS, {
		publish,
		moods: { record: async () => {} },
		settingsOf: () => ({}),
		raise: async () => {},
		adaptiveReply: adaptiveReply(heatReplies(notifier, publish)),
	});
}

/** Every step's `run` called one inside the other, and nothing else. */
async function byHand(all: readonly EmotionStep[], context: EmotionContext, index = 0): Promise<void> {
	await all[index]?.run(context, () => byHand(all, context, index + 1));
}

const turnOf = (result: EmotionResult, index: number): Turn => ({
	at: index * UTTERANCE_EVERY_MS,
	speakerId: result.speakerId,
	anger: result.probabilities.anger,
	joy: result.probabilities.happiness,
	overlap: 0,
	count: 1,
	sure: true,
	valence: result.valence,
	durationMs: result.endMs - result.startMs,
});

/** What happens to a result: the whole chain of steps, each in its error boundary. */
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
								const said = { turns: window, laughs: [], usualAnger: 0.2, usualOverlap: 0.1 };
								hottest = Math.max(hottest, scoreHeat(said, index * UTTERANCE_EVERY_MS).score);
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
