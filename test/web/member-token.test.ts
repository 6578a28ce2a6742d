import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectFeed, type FeedEvent, type FeedOptions } from '../../client/index.ts';
import { until } from '../support/until.ts';
import {
	ADA,
	BEN,
	emotion,
	ended,
	HOME,
	health,
	heat,
	OTHER,
	openBench,
	started,
	type WebBench,
	withdrawn,
} from './support.ts';

const PATIENCE_MS = 20_000;

let bench: WebBench;
beforeEach(async () => {
	bench = await openBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const tokenOf = (member: string, more: Partial<Parameters<WebBench['tokens']['create']>[0]> = {}): Promise<string> =>
	bench.tokens.create({ name: 'theirs', scopes: ['feed:read'], guilds: [HOME], member, ...more });

function read(token: string, more: Partial<FeedOptions> = {}) {
	const end = new AbortController();
	const events: FeedEvent[] = [];
	let isOpen = false;
	const done = (async () => {
		const onConnect = (): void => {
			isOpen = true;
		};
		const options = { url: bench.url, token, signal: end.signal, onConnect, ...more };
		for await (const event of connectFeed(options)) events.push(event);
	})();
	return { events, done, end: () => end.abort(), opened: () => until(() => isOpen, PATIENCE_MS) };
}

describe('a token for one member', () => {
	it.each(['sse', 'websocket'] as const)('tells of nobody else, over %s', async (transport) => {
		const reading = read(await tokenOf(ADA), { transport });
		await reading.opened();
		for (const event of [
			started('lounge'),
			emotion('lounge', BEN, { label: 'fear' }),
			emotion('lounge', ADA, { label: 'calm' }),
			heat('lounge'),
			health('lounge', ADA),
			withdrawn(BEN),
			withdrawn(ADA),
			started('elsewhere', OTHER),
			emotion('elsewhere', ADA),
			ended('lounge'),
		]) {
			bench.see(event);
		}
		await until(() => reading.events.length >= 4, PATIENCE_MS);
		reading.end();
		await reading.done;
		expect(reading.events.map(({ type }) => type)).toEqual(['session', 'emotion', 'consent', 'session']);
		const [, heard, leaving] = reading.events;
		expect(heard).toMatchObject({ data: { label: 'calm' } });
		const speaker = heard?.type === 'emotion' ? heard.data.speaker : undefined;
		expect(leaving).toMatchObject({ data: { action: 'withdrawn', speakers: [speaker] } });
		expect(JSON.stringify(reading.events)).not.toMatch(new RegExp(`${ADA}|${BEN}`));
	});

	it('does not resume into what is of others either', async () => {
		bench.see(started('lounge'));
		bench.see(emotion('lounge', BEN));
		bench.see(emotion('lounge', ADA, { label: 'calm' }));
		const reading = read(await tokenOf(ADA), { lastEventId: 'none' });
		await until(() => reading.events.length >= 2, PATIENCE_MS);
		reading.end();
		await reading.done;
		expect(reading.events.map(({ type }) => type)).toEqual(['session', 'emotion']);
	});

	it('is refused what is of others, also where it was made for it', async () => {
		const ask = async (token: string, types: string): Promise<number> =>
			(await fetch(`${bench.url}/api/v1/events?types=${types}`, { headers: { authorization: `Bearer ${token}` } }))
				.status;
		expect(await ask(await tokenOf(ADA), 'heat')).toBe(403);
		const odd = await tokenOf(ADA, { types: ['heat', 'emotion'] });
		expect([await ask(odd, 'heat'), await ask(odd, 'session')]).toEqual([403, 403]);
	});
});
