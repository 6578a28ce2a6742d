import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIO_PROBLEMS } from '../../src/web/index.ts';
import { type AudioBench, audioToken, openAngryBench, Sender, START } from './audio-support.ts';
import { twilioMedia, twilioStart } from './audio-twilio-support.ts';

let bench: AudioBench;
let token: string;
beforeAll(async () => {
	bench = await openAngryBench();
	token = await audioToken(bench);
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const CODES = new Set<number>([1000, 1009, ...Object.values(AUDIO_PROBLEMS)]);
const junk = fc.oneof(
	fc.string({ maxLength: 200 }),
	fc.json({ maxDepth: 2 }),
	fc.uint8Array({ maxLength: 2000 }),
	fc
		.record({ type: fc.constantFrom('start', 'stop', 'x'), event: fc.constantFrom('start', 'media', 'stop', 'x') })
		.map((value) => JSON.stringify(value)),
);
const ours = fc.constantFrom<string | Uint8Array>(
	JSON.stringify(START),
	JSON.stringify({ ...START, codec: 'opus' }),
	JSON.stringify({ type: 'stop' }),
	new Uint8Array(640),
);
const calls = fc.constantFrom(
	JSON.stringify(twilioStart({ agreed: 'true' })),
	JSON.stringify(twilioMedia('inbound', 0, 'AAAA')),
	JSON.stringify({ event: 'stop' }),
);

describe('whatever is sent', { timeout: 240_000 }, () => {
	it.each<[string, fc.Arbitrary<(string | Uint8Array)[]>]>([
		['/api/v1/audio', fc.array(fc.oneof(junk, ours), { minLength: 1, maxLength: 12 })],
		['/api/v1/audio/twilio', fc.array(fc.oneof(junk, calls), { minLength: 1, maxLength: 12 })],
	])('%s ends with a code that is known, and serves the next', async (path, messages) => {
		await fc.assert(
			fc.asyncProperty(messages, async (sent) => {
				const sender = await Sender.open(bench, token, path);
				for (const message of sent) sender.webSocket.send(message);
				sender.webSocket.close(1000);
				// What the server said first stands; else it echoes ours.
				expect(CODES).toContain((await sender.ended).code);
				expect([undefined, ...Object.keys(AUDIO_PROBLEMS)]).toContain(sender.problem);
				expect(sender.problem).not.toBe('internal');
			}),
			{ numRuns: 60 },
		);
		expect(bench.logged.filter((entry) => entry.includes('failed'))).toEqual([]);
		const sender = await Sender.open(bench, token);
		sender.say(START);
		await sender.answered('ready');
		sender.webSocket.close();
		await sender.ended;
	});
});
