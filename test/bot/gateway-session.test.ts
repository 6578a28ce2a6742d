import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBench, type TestBench } from '../support/discord.ts';
import { Listening, until } from './reception-bench.ts';

let bench: TestBench;
let world: Listening;

beforeEach(async () => {
	bench = await startBench();
	world = new Listening(bench);
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Longer than a bot that is disconnected waits for another voice server. */
const AWAY_MS = 7000;

describe('a session on the main gateway that is over for good', () => {
	it('costs neither the stay, nor those who came in meanwhile', async () => {
		const ada = await world.ada();
		await world.hears(ada);
		const ben = bench.discord.createMember({ name: 'Ben', listens: false });
		const cem = bench.discord.createMember({ name: 'Cem', listens: false });
		await ben.command('consent give');
		const { gateway } = bench.discord.faults;
		{
			using _ = gateway.drop({ events: ['VOICE_STATE_UPDATE'], bot: world.botId });
			await ben.join('lounge');
			await cem.join('lounge');
		}
		const { id } = world.session;
		const seen = bench.discord.events.position;
		const late = gateway.delay({ events: ['READY', 'GUILD_CREATE'], bot: world.botId }, AWAY_MS);
		gateway.invalidate(world.botId);
		await until(() => world.session.state.status === 'recovering');
		await world.readyAgain(seen);
		late[Symbol.dispose]();
		expect(world.session.id).toBe(id);
		expect(bench.ended).toEqual([]);
		await world.hears(ada);
		await world.hears(ben);
		// Cem has not agreed, and is told.
		await until(() => bench.events.filter(({ type }) => type === 'notice').length === 2);
	});
});
