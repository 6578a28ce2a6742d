import { describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { type AudioBench, audioToken, openAngryBench, Sender, START } from './audio-support.ts';
import { signIn } from './support.ts';

const RATE = 16_000;

/** A second and a half of something like a voice, then silence. */
function voice(seconds = 2.5): Buffer {
	const bytes = Buffer.alloc(seconds * RATE * 2);
	for (let index = 0; index < 1.5 * RATE; index++) {
		const time = index / RATE;
		const loud = time < 0.3 ? 0 : 9000;
		bytes.writeInt16LE(Math.round(loud * Math.sin(2 * Math.PI * 180 * time) + (index % 7) - 3), index * 2);
	}
	return bytes;
}

async function started(bench: AudioBench, token: string, start: object = {}): Promise<Sender> {
	const sender = await Sender.open(bench, token);
	sender.say({ ...START, ...start });
	await sender.answered('ready');
	return sender;
}

describe('a connection', { timeout: 120_000 }, () => {
	it('may run ten seconds ahead of time, and no further', async () => {
		await using bench = await openAngryBench();
		const token = await audioToken(bench);
		const eager = await started(bench, token);
		eager.send(voice(9)).say({ type: 'stop' });
		expect(await eager.ended).toEqual({ code: 1000, reason: 'stopped' });
		expect(eager.of('stopped')).toEqual([{ type: 'stopped', utterances: 1, seconds: 9, dropped: 0 }]);
		const hasty = await started(bench, token);
		hasty.send(Buffer.alloc(120 * RATE * 2), 64_000);
		expect(await hasty.ended).toEqual({ code: 4429, reason: 'too-fast' });
	});

	it('cannot make up for much by next to nothing in each of many messages', async () => {
		await using bench = await openAngryBench();
		const sender = await started(bench, await audioToken(bench), { sampleRate: 48_000 });
		// 50,000 messages of a sample are a second of audio, and the work of two minutes.
		sender.send(Buffer.alloc(100_000), 2);
		expect(await sender.ended).toEqual({ code: 4429, reason: 'too-fast' });
	});

	it('ends when nothing comes, when nothing was started, and when it has lasted long enough', async () => {
		await using bench = await openAngryBench({ idleMs: 1000 });
		const token = await audioToken(bench);
		const silent = await Sender.open(bench, token);
		const idle = await started(bench, token);
		expect(await silent.ended).toEqual({ code: 4408, reason: 'idle' });
		expect(await idle.ended).toEqual({ code: 4408, reason: 'idle' });
		await using brief = await openAngryBench({ maxMinutes: 0.01 });
		const long = await started(brief, await audioToken(brief));
		expect(await long.ended).toEqual({ code: 4431, reason: 'too-long' });
	});

	it('ends when its token is revoked', async () => {
		await using bench = await openAngryBench();
		const token = await audioToken(bench);
		const sender = await started(bench, token);
		await bench.tokens.revoke(token.slice(4, 12));
		expect(await sender.ended).toEqual({ code: 4001, reason: 'signed-out' });
		expect(sender.problem).toBe('signed-out');
	});

	it('is said goodbye to when the program ends, and what was said is still heard', async () => {
		const bench = await openAngryBench();
		const sender = await started(bench, await audioToken(bench));
		sender.send(voice(1.5));
		await until(() => sender.of('speech').length > 0, 30_000);
		await bench[Symbol.asyncDispose]();
		expect(await sender.ended).toEqual({ code: 1001, reason: 'going-away' });
		expect(sender.problem).toBe('going-away');
		expect(bench.events.filter(({ type }) => type === 'emotion')).toHaveLength(1);
		expect(bench.events.at(-1)).toMatchObject({ type: 'session', status: 'ended' });
	});

	it('that breaks off is over for everybody, and its place is free', async () => {
		await using bench = await openAngryBench({ maxPerToken: 1 });
		const token = await audioToken(bench);
		const first = await started(bench, token);
		first.send(voice(1.5));
		await until(() => first.of('speech').length > 0, 30_000);
		first.webSocket.terminate();
		const isOver = () => bench.events.some((event) => event.type === 'session' && event.status === 'ended');
		await until(isOver, 30_000);
		expect(bench.events.filter(({ type }) => type === 'emotion')).toHaveLength(1);
		const second = await started(bench, token);
		second.webSocket.close();
		await second.ended;
	});

	it('closes an utterance when audio stops coming, without being asked', async () => {
		await using bench = await openAngryBench();
		const sender = await started(bench, await audioToken(bench));
		sender.send(voice(1.5));
		await sender.answered('emotion');
		expect(sender.of('speech').map(({ active }) => active)).toEqual([true, false]);
		sender.webSocket.close();
		await sender.ended;
	});
});

describe('connections', { timeout: 120_000 }, () => {
	it('are so many for a token and for a sign-in', async () => {
		await using bench = await openAngryBench({ maxPerToken: 2 });
		const token = await audioToken(bench);
		const good = [await started(bench, token), await started(bench, token)];
		const third = await Sender.open(bench, token);
		expect(await third.ended).toEqual({ code: 4430, reason: 'too-many' });
		expect(third.problem).toBe('too-many');
		const other = await started(bench, await audioToken(bench));
		const { cookie } = await signIn(bench);
		const visits = Array.from({ length: 3 }, () => {
			const sender = new Sender(`${bench.url}/api/v1/audio`, [], { cookie, origin: bench.url });
			sender.webSocket.once('open', () => sender.say(START));
			return sender;
		});
		const refused = await Promise.race(visits.map((sender) => sender.ended));
		expect(refused).toEqual({ code: 4430, reason: 'too-many' });
		for (const sender of [...good, other, ...visits]) sender.webSocket.close();
	});

	it('are so many in all, and fewer that have not shown who they are', async () => {
		await using bench = await openAngryBench({ maxConnections: 4, maxPerToken: 10 });
		const token = await audioToken(bench);
		const unknown = Array.from({ length: 2 }, () => new Sender(`${bench.url}/api/v1/audio/twilio`));
		expect((await Promise.race(unknown.map((sender) => sender.ended))).code).toBe(4503);
		const good = [await started(bench, token), await started(bench, token), await started(bench, token)];
		const last = await Sender.open(bench, token);
		expect(await last.ended).toEqual({ code: 4503, reason: 'full' });
		expect(last.problem).toBe('full');
		for (const sender of [...good, ...unknown]) sender.webSocket.terminate();
	});
});
