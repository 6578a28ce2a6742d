import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/app/config.ts';
import { buildReport } from '../../../src/app/report/build.ts';
import { toCsv } from '../../../src/app/report/csv.ts';
import type { CallReport } from '../../../src/app/report/model.ts';
import { type ReadCallOptions, readCall } from '../../../src/app/report/read-call.ts';
import { toSrt, toVtt } from '../../../src/app/report/subtitles.ts';
import { TEXTS } from '../../../src/app/report/texts/index.ts';
import type { Emotion } from '../../../src/domain/index.ts';
import { useTempFolder } from '../../audio/files/temp.ts';
import { buildWav, pcm16 } from '../../audio/files/wav-builder.ts';
import { bursts, classified, FakeQueue, mostly } from '../analysis/fakes.ts';

const folder = useTempFolder();
const SECONDS = 150;
/** The customer says something every six seconds, for two. */
const CUSTOMER = Array.from({ length: 24 }, (_, n) => [n * 6000 + 1000, n * 6000 + 3000] as const);
/** The agent answers, and speaks into the customer's fifth sentence. */
const AGENT = [
	[4000, 5500],
	[10_000, 11_500],
	[26_000, 28_000],
] as const;

const { smoothing, heat } = configSchema.parse({}).middleware;

let made: Promise<string> | undefined;
const file = (): Promise<string> => {
	made ??= folder.put(
		'call.wav',
		buildWav({ channels: 2, data: pcm16(bursts(SECONDS * 1000, CUSTOMER), bursts(SECONDS * 1000, AGENT, 230)) }),
	);
	return made;
};

/** Calm, then a quarrel from 0:40 to 1:15, then calm and glad. */
const moodAt = (startMs: number): Emotion =>
	startMs > 40_000 && startMs < 75_000 ? 'anger' : startMs > 110_000 ? 'happiness' : 'calm';

type Read = Awaited<ReturnType<typeof readNew>>;
const known = new Map<string, Promise<Read>>();

/** What was read is not changed by looking at it: each is read once. */
function read(options: Partial<ReadCallOptions> = {}, language: CallReport['language'] = 'en'): Promise<Read> {
	const key = JSON.stringify([options, language]);
	const found = known.get(key) ?? readNew(options, language);
	known.set(key, found);
	return found;
}

async function readNew(options: Partial<ReadCallOptions>, language: CallReport['language']) {
	const queue = new FakeQueue(({ startMs }) => classified(mostly(moodAt(startMs))));
	const reading = await readCall(await file(), { queue, rules: {}, kind: 'call', ...options });
	return { queue, report: await buildReport(reading, { smoothing, heat, language, now: 0 }) };
}

describe('a report on a call', { timeout: 400_000 }, () => {
	it('reads the customer alone: nothing of the agent reaches the model', async () => {
		const { queue, report } = await read();
		expect(queue.asked.length).toBe(24);
		expect(new Set(queue.asked.map(({ speakerId }) => speakerId))).toEqual(new Set(['channel-0']));
		expect(report.parties.map(({ id, role, isRead }) => [id, role, isRead])).toEqual([
			['left', 'customer', true],
			['right', 'agent', false],
		]);
		expect(report.notes).toContain('customer-assumed');
		expect(report.notes).toContain('agent-not-read');
		expect(new Set(report.utterances.map(({ party }) => party))).toEqual(new Set(['left']));
	});

	it('reads the other side where that is the customer, and refuses to read both', async () => {
		const { queue, report } = await read({ customer: 'right' });
		expect(new Set(queue.asked.map(({ speakerId }) => speakerId))).toEqual(new Set(['channel-1']));
		expect(report.notes).not.toContain('customer-assumed');
		await expect(read({ channels: [0, 1] })).rejects.toMatchObject({ code: 'SES_AGENT_REFUSED' });
		await expect(read({ customer: 'right', channels: [0] })).rejects.toMatchObject({ code: 'SES_AGENT_REFUSED' });
		await expect(read({ customer: 'A' })).rejects.toMatchObject({ code: 'SES_USAGE' });
	});

	it('reads all voices of what is no call', async () => {
		const { queue, report } = await read({ kind: 'conversation' });
		expect(new Set(queue.asked.map(({ speakerId }) => speakerId))).toEqual(new Set(['channel-0', 'channel-1']));
		expect(report.parties.every(({ isRead }) => isRead)).toBe(true);
		expect(report.notes).toContain('no-work');
	});

	it('measures talk, overlap and silence of both', async () => {
		const { report } = await read();
		const [customer, agent] = report.parties.map(({ talk }) => talk?.talkMs ?? 0) as [number, number];
		expect(Math.abs(customer - 48_000)).toBeLessThan(2500);
		expect(Math.abs(agent - 5000)).toBeLessThan(600);
		// The agent's 26 to 28 s against the customer's 25 to 27 s.
		expect(Math.abs((report.overlapMs ?? 0) - 1000)).toBeLessThan(250);
		expect(customer + agent - (report.overlapMs ?? 0) + report.silenceMs).toBe(SECONDS * 1000);
	});

	it('finds escalation and recovery, with reasons, and the turns of the mood', async () => {
		const { report } = await read();
		expect(report.escalations).toHaveLength(1);
		const [escalation] = report.escalations;
		expect(escalation?.level).toMatch(/^(warm|hot)$/);
		expect(escalation?.startMs).toBeGreaterThan(43_000);
		expect(escalation?.peakMs).toBeLessThan(80_000);
		expect(escalation?.endMs).toBeGreaterThan(75_000);
		expect(escalation?.reasons.map(({ code }) => code)).toContain('sustained-anger');
		const kinds = report.turningPoints.map(({ kind }) => kind);
		expect(kinds.some((kind) => kind === 'heats-up' || kind === 'hot')).toBe(true);
		expect(kinds.at(-1)).toMatch(/calm-again|mood-rises/);
		expect(report.turningPoints.map(({ atMs }) => atMs)).toEqual(
			report.turningPoints.map(({ atMs }) => atMs).sort((a, b) => a - b),
		);
		expect(report.summary.join(' ')).toMatch(/tense from 0:\d\d on.* It is calm again at [12]:\d\d\./);
		expect(report.confidence).toMatchObject({ level: 'high', mean: 0.92, judgedShare: 1 });
	});

	it('stays calm where nobody is angry', async () => {
		const queue = new FakeQueue(() => classified(mostly('neutral')));
		const reading = await readCall(await file(), { queue, rules: {}, kind: 'call' });
		const report = await buildReport(reading, { smoothing, heat, language: 'en', now: 0 });
		expect(report.escalations).toEqual([]);
		expect(report.turningPoints).toEqual([]);
		expect(report.summary).toContain('The conversation stays calm.');
	});

	it('says so in one channel whose voices cannot be told apart, and reads nobody', async () => {
		const path = await folder.put('mono.wav', buildWav({ data: pcm16(bursts(SECONDS * 1000, CUSTOMER)) }));
		const queue = new FakeQueue(() => classified(mostly('anger')));
		const reading = await readCall(path, { queue, rules: {}, kind: 'call' });
		const report = await buildReport(reading, { smoothing, heat, language: 'en', now: 0 });
		expect(queue.asked).toEqual([]);
		expect(report.separation.status).toBe('not-separated');
		expect(report.notes).toContain('not-separated-not-read');
		expect(report.mood).toBeUndefined();
		expect(report.summary.join(' ')).toContain('could not be told apart, so no emotion was read');
		const only = await readCall(path, { queue, rules: {}, kind: 'call', customer: 'only' });
		expect(only.analysis.results).toHaveLength(24);
	});

	it('speaks four languages, with every text and every placeholder in each', async () => {
		const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
		for (const [language, texts] of Object.entries(TEXTS)) {
			expect(Object.keys(texts), language).toEqual(Object.keys(TEXTS.en));
			for (const [key, text] of Object.entries(texts)) {
				expect(placeholders(text), `${language} ${key}`).toEqual(placeholders(TEXTS.en[key as keyof typeof texts]));
			}
		}
		for (const language of ['en', 'de', 'pl', 'es'] as const) {
			const { report } = await read({}, language);
			expect(report.summary.join(' ')).not.toMatch(/[{}]/);
		}
		expect((await read({}, 'de')).report.summary.join(' ')).toMatch(/Es eskaliert|wird es angespannt/);
	});
});

describe('a report for programs', { timeout: 400_000 }, () => {
	it('has a row for each utterance in CSV', async () => {
		const { report } = await read();
		const [head, ...rows] = toCsv(report).trimEnd().split('\r\n');
		expect(head).toMatch(/^startMs,endMs,party,label,unsureReason,confidence,valence,arousal,anger,/);
		expect(rows).toHaveLength(report.utterances.length);
		for (const row of rows) expect(row.split(',')).toHaveLength(17);
	});

	it('has emotion by time code in SRT', async () => {
		const { report } = await read();
		const cues = toSrt(report).trimEnd().split('\n\n');
		expect(cues).toHaveLength(24);
		const code = /^\d\d:[0-5]\d:[0-5]\d,\d{3} --> \d\d:[0-5]\d:[0-5]\d,\d{3}$/;
		for (const [index, cue] of cues.entries()) {
			const [number, times = '', text = '', ...more] = cue.split('\n');
			expect(number).toBe(String(index + 1));
			expect(times).toMatch(code);
			expect(text).toMatch(/^Customer \(left\): \w+ \d+%$/);
			expect(more).toEqual([]);
		}
	});

	it('has the same in WebVTT, voices and all', async () => {
		const { report } = await read();
		const [head, ...cues] = toVtt(report).trimEnd().split('\n\n');
		expect(head).toBe('WEBVTT');
		expect(cues).toHaveLength(24);
		let last = -1;
		for (const cue of cues) {
			const found = /^\d+\n(\d\d):(\d\d):(\d\d)\.(\d{3}) --> \d\d:\d\d:\d\d\.\d{3}\n<v left>[^<>]+<\/v>$/.exec(cue);
			expect(found, cue).not.toBeNull();
			const [hours, minutes, seconds] = (found ?? []).slice(1).map(Number) as [number, number, number];
			const at = (hours * 60 + minutes) * 60 + seconds;
			expect(at).toBeGreaterThan(last);
			last = at;
		}
	});
});
