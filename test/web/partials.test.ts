import { describe, expect, it } from 'vitest';
import { connectFeed, type FeedEvent, type FeedOptions } from '../../client/index.ts';
import type { PartialEvent } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { ADA, emotion, heat, openBench, started, withdrawn } from './support.ts';

const partial = (sessionId: string, speakerId: string, sequence: number): PartialEvent => ({
	...emotion(sessionId, speakerId),
	type: 'partial',
	sequence,
});

const ALL: FeedOptions['types'] = ['session', 'emotion', 'partial', 'heat', 'consent'];

async function setUp(stack: AsyncDisposableStack) {
	const bench = stack.use(await openBench({ feed: { heartbeatMs: 1000 } }));
	const token = await bench.tokens.create({ name: 'test', scopes: ['feed:read'], guilds: 'all' });
	const read = async (options: Partial<FeedOptions>) => {
		const end = new AbortController();
		const events: FeedEvent[] = [];
		const connected = Promise.withResolvers<void>();
		const done = (async () => {
			const { signal } = end;
			for await (const event of connectFeed({
				url: bench.url,
				token,
				signal,
				onConnect: () => connected.resolve(),
				...options,
			})) {
				events.push(event);
			}
		})();
		stack.defer(async () => {
			end.abort();
			await done;
		});
		await connected.promise;
		return events;
	};
	return { bench, read };
}

const types = (events: readonly FeedEvent[]): string[] => events.map(({ type }) => type);

describe.each(['sse', 'websocket'] as const)('partial results over %s', (transport) => {
	it('are told under pseudonyms to whoever names the type, and to nobody else', async () => {
		await using stack = new AsyncDisposableStack();
		const { bench, read } = await setUp(stack);
		const [asked, usual] = [await read({ transport, types: ALL }), await read({ transport })];
		for (const event of [started('a'), partial('a', ADA, 1), partial('a', ADA, 2), emotion('a', ADA), heat('a')]) {
			bench.see(event);
		}
		await until(() => types(asked).includes('heat') && types(usual).includes('heat'));
		expect(types(asked)).toEqual(['session', 'partial', 'partial', 'emotion', 'heat']);
		expect(types(usual)).toEqual(['session', 'emotion', 'heat']);
		const [first, second, whole] = asked.slice(1).map(({ data }) => ({ ...data, utteranceId: 'u' }));
		expect(first).toEqual({ ...whole, sequence: 1 });
		expect(second).toEqual({ ...whole, sequence: 2 });
		expect(JSON.stringify(asked)).not.toContain(ADA);
	});

	it('are not told again to whoever comes back, by when they are void', async () => {
		await using stack = new AsyncDisposableStack();
		const { bench, read } = await setUp(stack);
		const there = await read({ transport, types: ALL });
		for (const event of [started('a'), partial('a', ADA, 1), withdrawn(ADA), heat('a')]) bench.see(event);
		await until(() => types(there).includes('heat'));
		const back = await read({ transport, types: ALL, lastEventId: there[0]?.id ?? '' });
		await until(() => types(back).includes('heat'));
		expect(types(back)).toEqual(['consent', 'heat']);
	});
});
