import { describe, expect, it } from 'vitest';
import type { MoodStore } from '../../src/domain/index.ts';
import { compose, type EmotionContext, type EmotionStep, moodRecorder } from '../../src/middleware/index.ts';

/** What is on the event feed and kept nowhere. */
const OF_THE_MOMENT = {
	model: 'test@1',
	unsureReason: 'not-speech',
	events: { speech: 0.1 },
	dominantSound: 'crying',
	prosody: { pitchSemitones: 20 },
};

const context = (signal: AbortSignal): EmotionContext =>
	({ result: { utteranceId: 'u', ...OF_THE_MOMENT }, guildId: 'g', channelId: 'c', at: 1, signal }) as EmotionContext;

/** A recorder with a step behind it; `happened` tells in which order they did what. */
function recorder(during: () => void = () => {}) {
	const happened: string[] = [];
	const moods = {
		record: async (entry: object) => {
			during();
			happened.push(`recorded ${JSON.stringify(entry)}`);
		},
	} as unknown as MoodStore;
	const behind: EmotionStep = { name: 'behind', run: () => void happened.push('behind') };
	return { happened, run: compose([moodRecorder(moods), behind]) };
}

describe('moodRecorder', () => {
	it('records before the steps behind it have their say, and neither the model nor what else was heard', async () => {
		const { run, happened } = recorder();
		await run(context(new AbortController().signal));
		expect(happened).toEqual(['recorded {"utteranceId":"u","guildId":"g","channelId":"c","at":1}', 'behind']);
	});

	it('does nothing for one who has withdrawn', async () => {
		const { run, happened } = recorder();
		await run(context(AbortSignal.abort()));
		expect(happened).toEqual([]);
	});

	it('lets no step go on with the result of one who withdraws meanwhile', async () => {
		const consent = new AbortController();
		const { run, happened } = recorder(() => consent.abort());
		await run(context(consent.signal));
		expect(happened).toHaveLength(1);
		expect(happened).not.toContain('behind');
	});
});
