import { affectOf, EMOTIONS, likeliest, type MoodEntry, toProbabilities } from '../../src/domain/index.ts';

/** A member's entries over `spanMs`, the same at every call: moods drift, now and then one is unsure. */
export function sampleEntries(count: number, spanMs: number, end = Date.UTC(2026, 10, 22, 17, 3, 12)): MoodEntry[] {
	let state = 42;
	const random = () => {
		state = (state * 1664525 + 1013904223) % 2 ** 32;
		return state / 2 ** 32 - 0.5;
	};
	let mood = EMOTIONS.map(() => 0);
	return Array.from({ length: count }, (_, index) => {
		mood = mood.map((weight) => 0.9 * weight + 2 * random());
		const probabilities = toProbabilities(mood.map((weight) => 1.5 * weight + random()));
		const { emotion, confidence } = likeliest(probabilities);
		const at = end - spanMs + (count === 1 ? 0 : (index * spanMs) / (count - 1));
		const durationMs = 2500 + 3000 * random();
		return {
			guildId: 'guild',
			channelId: 'channel',
			sessionId: 'session',
			speakerId: 'user',
			utteranceId: `utterance-${index}`,
			at,
			startMs: index * 6000,
			endMs: index * 6000 + durationMs,
			label: confidence < 0.38 ? 'unsure' : emotion,
			confidence,
			probabilities,
			...affectOf(probabilities),
			quality: { durationMs, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 20 },
		};
	});
}
