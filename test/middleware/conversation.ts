import {
	type AlertRecord,
	affectOf,
	EMOTIONS,
	type Emotion,
	type EmotionResult,
	type GuildSettings,
	type Probabilities,
	type SesEvent,
} from '../../src/domain/index.ts';
import {
	channelHeat,
	compose,
	consentGate,
	type EmotionContext,
	escalation,
	type Heat,
	smoothing,
	speakerBaseline,
} from '../../src/middleware/index.ts';

/** Probabilities in which `emotion` has `share` and the rest is even. */
export const mostly = (emotion: Emotion, share = 0.8): Probabilities =>
	Object.fromEntries(
		EMOTIONS.map((each) => [each, each === emotion ? share : (1 - share) / 8]),
	) as unknown as Probabilities;

export interface Spoken {
	readonly label?: EmotionResult['label'];
	readonly durationMs?: number;
	readonly share?: number;
	readonly overlapMs?: number;
	readonly dominantSound?: 'laughter';
}

export type EscalationOptions = Parameters<typeof escalation>[1] & { readonly settings?: GuildSettings };

/** What the model says of an utterance that ends at `at`. */
export function resultAt(at: number, speakerId: string, emotion: Emotion, spoken: Spoken = {}): EmotionResult {
	const { label = emotion, durationMs = 3000, share = 0.8, overlapMs, dominantSound } = spoken;
	const probabilities = mostly(emotion, share);
	return {
		utteranceId: `u${at}`,
		sessionId: 's',
		speakerId,
		startMs: at - durationMs,
		endMs: at,
		label,
		confidence: share,
		...affectOf(probabilities),
		probabilities,
		quality: { durationMs, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
		model: 'test@1',
		...(label === 'unsure' && { unsureReason: 'low-confidence' as const }),
		...(overlapMs !== undefined && { overlapMs }),
		...(dominantSound && { dominantSound }),
	};
}

export const contextOf = (result: EmotionResult, at: number): EmotionContext => ({
	result,
	guildId: 'g',
	channelId: 'c',
	locale: 'en',
	at,
	signal: new AbortController().signal,
});

/** A conversation through the steps that make heat, with all that was published and raised. */
export function conversation({ settings = {}, ...options }: EscalationOptions = {}) {
	const events: SesEvent[] = [];
	const raised: AlertRecord[] = [];
	const publish = (event: SesEvent): number => events.push(event);
	const settingsOf = () => settings;
	const heat = channelHeat(publish, {}, settingsOf);
	const steps = [
		consentGate(),
		speakerBaseline(),
		smoothing(),
		heat,
		escalation({ publish, settingsOf, raise: async (alert) => void raised.push(alert) }, options),
	];
	const run = compose(steps);
	let at = 1_000_000;
	const heats: Heat[] = [];
	/** An utterance that ends now. */
	const utterance = async (speakerId: string, emotion: Emotion, spoken: Spoken = {}): Promise<void> => {
		const context = contextOf(resultAt(at, speakerId, emotion, spoken), at);
		await run(context);
		heats.push(context.heat as Heat);
	};
	/** What one says in an exchange: three seconds, and one until the next begins. */
	const turn: typeof utterance = async (...what) => {
		at += 4000;
		await utterance(...what);
	};
	const states = () => events.flatMap((event) => (event.type === 'heat' ? [event.state] : []));
	return {
		events,
		heats,
		raised,
		turn,
		utterance,
		/** Speech without a pause, as the segmenter splits it: parts of 6 s that share half a second. */
		monologue: async (speakerId: string, emotion: Emotion, parts: number) => {
			at += 6000;
			for (let part = 0; part < parts; part++) {
				await utterance(speakerId, emotion, { durationMs: 6000 });
				at += 5500;
			}
		},
		exchange: async (turns: number, emotion: Emotion, share?: number) => {
			for (let index = 0; index < turns; index++) {
				await turn(index % 2 ? 'b' : 'a', emotion, share === undefined ? {} : { share });
			}
		},
		now: () => at,
		forget: (speakerId?: string) => {
			for (const step of steps) step.forget?.('s', speakerId);
		},
		pass: (ms: number) => {
			at += ms;
		},
		states,
		changes: () => states().filter((state, index, all) => state !== all[index - 1]),
		alerts: () => events.filter((event) => event.type === 'alert'),
	};
}
