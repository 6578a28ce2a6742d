import type {
	AlertRecord,
	EmotionEvent,
	EmotionLabel,
	HeatPoint,
	HeatState,
	SesEvent,
} from '../../src/domain/index.ts';
import { ADA, BEN, emotion, HOME, health, LOUNGE, OTHER, started, type WebBench } from '../web/support.ts';

const CLEO = '1456074443984994503';
const DAN = '1456074443984994504';
export const STUDY = '1456074443984994401';

type Turn = Pick<EmotionEvent, 'label' | 'confidence' | 'valence' | 'arousal'>;
const turn = (label: EmotionLabel, confidence: number, valence: number, arousal: number): Turn => ({
	label,
	confidence,
	valence,
	arousal,
});
const ANGRY = turn('anger', 0.82, -0.6, 0.7);
const NEUTRAL = turn('neutral', 0.71, 0.0, -0.1);
const HAPPY = turn('happiness', 0.77, 0.7, 0.5);
const SAD = turn('sadness', 0.58, -0.5, -0.4);
const UNSURE = turn('unsure', 0.34, -0.1, 0.1);
const CALM = turn('calm', 0.66, 0.4, -0.5);
const SURPRISED = turn('surprise', 0.62, 0.2, 0.7);

/** Who sounded how, from the oldest turn to the newest. */
const LOUNGE_TURNS: readonly (readonly [string, readonly Turn[]])[] = [
	[ADA, [NEUTRAL, NEUTRAL, UNSURE, ANGRY, ANGRY, ANGRY, UNSURE, ANGRY]],
	[BEN, [CALM, NEUTRAL, NEUTRAL, SURPRISED, ANGRY, ANGRY, ANGRY, ANGRY]],
	[CLEO, [HAPPY, HAPPY, NEUTRAL, NEUTRAL, SURPRISED, SAD, SAD, UNSURE]],
];
export const STUDY_TURNS: readonly (readonly [string, readonly Turn[]])[] = [
	[DAN, [HAPPY, CALM, HAPPY, CALM, CALM, HAPPY, CALM, CALM]],
];
const HEATS = [0.02, 0.05, 0.08, 0.18, 0.31, 0.44, 0.52, 0.63];
const TURN_MS = 20_000;
/** How long ago the last turn was. */
const LAST_MS = 12_000;

const REASONS = [
	{ code: 'sustained-anger', points: 0.38, text: 'anger over several turns' },
	{ code: 'rising-trend', points: 0.17, text: 'a rise above what is normal here' },
	{ code: 'several-speakers', points: 0.14, text: 'two speakers at once' },
	{ code: 'laughter', points: -0.06, text: 'somebody laughed' },
] as const;

function* turnsOf(sessionId: string, of: typeof LOUNGE_TURNS): Generator<SesEvent> {
	const last = Date.now() - LAST_MS;
	for (const [who, [speakerId, turns]] of of.entries()) {
		for (const [index, shown] of turns.entries()) {
			const at = last - (turns.length - 1 - index) * TURN_MS - who * 6_000;
			yield emotion(sessionId, speakerId, { ...shown, at, endMs: 4_000 + ((index * 7 + who * 3) % 5) * 1_500 });
		}
	}
}

const stateOf = (score: number): HeatState => (score < 0.25 ? 'calm' : score < 0.5 ? 'warm' : 'hot');

function* heatsOf(sessionId: string): Generator<SesEvent> {
	const last = Date.now() - LAST_MS;
	for (const [index, score] of HEATS.entries()) {
		const at = last - (HEATS.length - 1 - index) * TURN_MS;
		yield { type: 'heat', at, sessionId, state: stateOf(score), score, contributors: 2, reasons: REASONS };
	}
}

/** Five minutes in which a channel heats up. */
const minutesBefore = (at: number): HeatPoint[] =>
	[...HEATS, 0.58, 0.55, 0.63].map((score, index, { length }) => ({
		at: at - (length - 1 - index) * 30_000,
		score,
		state: stateOf(score),
	}));

const alertOf = (alertId: string, more: Partial<AlertRecord> = {}): AlertRecord => ({
	alertId,
	guildId: HOME,
	channelId: LOUNGE,
	sessionId: 'lounge',
	at: Date.now() - 30_000,
	mode: 'monitor',
	score: 0.63,
	contributors: 2,
	reasons: REASONS,
	heat: minutesBefore(more.at ?? Date.now() - 30_000),
	thresholds: { warm: 0.3, hot: 0.55 },
	speakers: [ADA, BEN],
	...more,
});

/** An evening on two servers: a quarrel in one channel, peace in another. Nothing in it is measured. */
export async function prepareScene({ store, see }: WebBench): Promise<void> {
	for (const member of [ADA, BEN, CLEO]) await store.consents.give(HOME, member);
	await store.consents.give(OTHER, DAN);
	await store.settings.set(HOME, { retentionDays: 14, alerts: { mode: 'monitor', thresholdShift: 0 } });
	await store.alerts.add(alertOf('judged', { at: Date.now() - 3_600_000, score: 0.57 }));
	await store.alerts.change(HOME, 'judged', { verdict: { by: 'console', at: Date.now(), verdict: 'justified' } });
	await store.alerts.add(alertOf('open'));
	const since = { at: Date.now() - 20 * 60_000 };
	see({ ...started('lounge'), ...since });
	see({ ...started('study', OTHER, STUDY), ...since });
	for (const cause of ['welcome', 'deescalate']) {
		see({ type: 'reply', at: Date.now(), channelId: LOUNGE, text: 'text', action: 'message', cause, ephemeral: false });
	}
}

/** What comes over the feed while the page is open. */
export function playScene({ see }: WebBench): void {
	for (const event of [...turnsOf('lounge', LOUNGE_TURNS), ...turnsOf('study', STUDY_TURNS)]) see(event);
	for (const event of heatsOf('lounge')) see(event);
	see(health('lounge', ADA));
	see({
		type: 'heat',
		at: Date.now() - 5 * 60_000,
		sessionId: 'study',
		state: 'calm',
		score: 0.03,
		contributors: 1,
		reasons: [],
	});
	see(health('study', DAN));
}
