import { describe, expect, it } from 'vitest';
import { type AudioQuality, judge, SOUND_EVENTS, type SoundEvents, toProbabilities } from '../../src/domain/index.ts';

const good: AudioQuality = { durationMs: 2000, levelDb: -25, clippedShare: 0, lossShare: 0, snrDb: 30 };
const angry = { probabilities: toProbabilities([4, 0, 0, 0, 0, 0, 0, 0, 0]), model: 'test@1' };
const utterance = (quality: Partial<AudioQuality> = {}) => ({
	id: 'u1',
	sessionId: 's',
	speakerId: 'm',
	startMs: 0,
	endMs: 2000,
	quality: { ...good, ...quality },
});

describe('judge', () => {
	it('labels clear speech with the likeliest emotion', () => {
		const result = judge(utterance(), angry);
		expect(result).toMatchObject({ label: 'anger', utteranceId: 'u1', model: 'test@1' });
		expect(result.confidence).toBeCloseTo(angry.probabilities.anger);
		expect(result.valence).toBeLessThan(0);
	});

	it.each([
		['short', { durationMs: 300 }],
		['quiet', { levelDb: -70 }],
		['noisy', { snrDb: 1 }],
		['clipped', { clippedShare: 0.3 }],
		['lossy', { lossShare: 0.6 }],
	])('is unsure of %s speech, and says so', (reason, quality) => {
		expect(judge(utterance(quality), angry)).toMatchObject({ label: 'unsure', unsureReason: reason });
	});

	it('is unsure when the model is', () => {
		const flat = { probabilities: toProbabilities([0.1, 0, 0, 0, 0, 0, 0, 0, 0]), model: 'test@1' };
		expect(judge(utterance(), flat)).toMatchObject({ label: 'unsure', unsureReason: 'low-confidence' });
		expect(judge(utterance(), flat, { unsureBelow: 0.1 }).label).toBe('anger');
	});

	it('gives no reason where it is sure', () => {
		expect(Object.keys(judge(utterance(), angry))).not.toContain('unsureReason');
	});
});

describe('judge, with a model that hears sounds', () => {
	const sounds = (values: Partial<SoundEvents>): SoundEvents => ({
		...(Object.fromEntries(SOUND_EVENTS.map((sound) => [sound, 0])) as Record<string, number> as SoundEvents),
		...values,
	});
	const heard = (values: Partial<SoundEvents>, quality: Partial<AudioQuality> = {}) =>
		judge(utterance(quality), { ...angry, events: sounds(values) }, { speechBelow: 0.3 });

	it('is unsure of what is not speech, however sure the model is', () => {
		expect(heard({ speech: 0.29 })).toMatchObject({ label: 'unsure', unsureReason: 'not-speech' });
		expect(heard({ speech: 0.3 })).toMatchObject({ label: 'anger' });
	});

	it('names poor audio before what may be heard in it, and that before doubt', () => {
		expect(heard({ speech: 0.1 }, { snrDb: 1 }).unsureReason).toBe('noisy');
		const flat = { probabilities: toProbabilities(Array(9).fill(0)), model: 'test@1', events: sounds({ speech: 0.1 }) };
		expect(judge(utterance(), flat, { speechBelow: 0.3 }).unsureReason).toBe('not-speech');
	});

	it('asks for no speech where it is told of no bound', () => {
		expect(judge(utterance(), { ...angry, events: sounds({}) }).label).toBe('anger');
	});

	it.each(['laughter', 'crying', 'cough', 'music', 'keyboard'] as const)('names %s that covers speech', (sound) => {
		expect(heard({ speech: 0.4, [sound]: 0.5 })).toMatchObject({ label: 'anger', dominantSound: sound });
		expect(heard({ speech: 0.5, [sound]: 0.4 })).not.toHaveProperty('dominantSound');
		expect(heard({ speech: 0.01, [sound]: 0.1 })).not.toHaveProperty('dominantSound');
		expect(heard({ speech: 0.1, [sound]: 0.6 })).toMatchObject({ unsureReason: 'not-speech', dominantSound: sound });
	});

	it('names the likeliest of several, and neither shouting nor mere noise', () => {
		expect(heard({ speech: 0.3, music: 0.5, laughter: 0.6, noise: 0.9 }).dominantSound).toBe('laughter');
		expect(heard({ speech: 0.3, shouting: 0.9, noise: 0.9 })).not.toHaveProperty('dominantSound');
	});

	it('carries what was heard and measured', () => {
		const prosody = { pitchSemitones: 21.5 } as never;
		const events = sounds({ speech: 0.8 });
		expect(judge(utterance(), { ...angry, events, prosody })).toMatchObject({ events, prosody });
		expect(judge(utterance(), angry)).not.toHaveProperty('events');
	});
});
