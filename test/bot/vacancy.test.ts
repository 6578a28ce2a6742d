import { setTimeout as delay } from 'node:timers/promises';
import type { VoiceBasedChannel } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { vacated } from '../../src/bot/fleet/vacancy.ts';

/** What the account `second` sees of its server: who is in which channel. */
function arrive(places: Readonly<Record<string, string>>, deadlineMs?: number) {
	const cache = new Map(Object.entries(places).map(([userId, channelId]) => [userId, { channelId }]));
	const channel = { id: 'den', client: { user: { id: 'second' } }, guild: { voiceStates: { cache } } };
	const ending = new AbortController();
	const ours = ['main', 'second', 'third'];
	const free = vacated(channel as unknown as VoiceBasedChannel, ours, ending.signal, deadlineMs);
	return { cache, ending, free };
}

describe('a channel that one of ours takes over from another', () => {
	it('is free at once where members are, or itself, while the others of ours are elsewhere', async () => {
		await arrive({ ada: 'den', second: 'den', main: 'lounge' }, 0).free;
	});

	it('is waited for until the other has left', async () => {
		const { cache, free } = arrive({ main: 'den' });
		let isFree = false;
		const settled = free.then(() => {
			isFree = true;
		});
		await delay(200);
		expect(isFree).toBe(false);
		cache.delete('main');
		await settled;
	});

	it('is given up where the other stays', async () => {
		await expect(arrive({ third: 'den' }, 100).free).rejects.toMatchObject({ name: 'JoinError', refusal: 'failed' });
	});

	it('is not waited for any longer when the program ends', async () => {
		const { ending, free } = arrive({ main: 'den' });
		ending.abort();
		await expect(free).rejects.toThrow(/abort/);
	});
});
