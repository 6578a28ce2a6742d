import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRecord, SesEvent } from '../../src/domain/index.ts';
import { alertAnswer, type StateAnswer, stateAnswer } from '../../src/web/console/schemas.ts';
import {
	ADA,
	alertRecord,
	BEN,
	emotion,
	ended,
	HOME,
	health,
	heat,
	LOUNGE,
	OTHER,
	openBench,
	signIn,
	started,
	type Visit,
	type WebBench,
	withdrawn,
} from './support.ts';

let bench: WebBench;
let visit: Visit;
beforeEach(async () => {
	bench = await openBench();
	visit = await signIn(bench);
});
afterEach(() => bench[Symbol.asyncDispose]());

const read = async (): Promise<StateAnswer> => stateAnswer.parse(await (await visit.get('/api/v1/state')).json());

describe('the state', () => {
	it('shows a session with its speakers, heat and health, and nobody’s id', async () => {
		for (const event of [started('a'), emotion('a', ADA), heat('a', 0.41), health('a', BEN, { deaf: 'encryption' })]) {
			bench.see(event);
		}
		const state = await read();
		expect(state.sessions).toMatchObject([
			{
				sessionId: 'a',
				guildName: 'Home',
				channelName: 'lounge',
				heat: { score: 0.41, state: 'warm' },
				speakers: [
					{ speaker: expect.stringMatching(/^v-/) as string, last: { label: 'anger' } },
					{ deaf: 'encryption', reception: { heard: 10 } },
				],
				health: { ignoredPackets: 5 },
			},
		]);
		expect(JSON.stringify(state)).not.toMatch(new RegExp(`${ADA}|${BEN}`));
	});

	it('forgets who withdraws, and sessions that ended', async () => {
		for (const event of [started('a'), emotion('a', ADA), health('a', ADA), withdrawn(ADA), started('b'), ended('b')]) {
			bench.see(event);
		}
		const { sessions } = await read();
		expect(sessions).toMatchObject([{ sessionId: 'a', speakers: [] }]);
	});

	it('counts consents and shows retention and settings for each server', async () => {
		await bench.store.consents.give(HOME, ADA);
		await bench.store.consents.give(HOME, BEN);
		await bench.store.settings.set(HOME, {
			retentionDays: 7,
			paused: true,
			alerts: { mode: 'live', thresholdShift: 0 },
		});
		expect((await read()).guilds).toEqual([
			{ id: HOME, name: 'Home', consents: 2, retentionDays: 7, alertMode: 'live', paused: true },
			{ id: OTHER, name: 'Other', consents: 0, retentionDays: 30, paused: false },
		]);
	});

	it('shows which rules made the bot speak, not what it whispered', async () => {
		const reply = (cause: string, ephemeral: boolean): SesEvent => ({
			type: 'reply',
			at: 1,
			channelId: LOUNGE,
			text: 'text',
			action: 'message',
			cause,
			ephemeral,
		});
		for (const event of [reply('early', false), started('a'), reply('deescalate', false), reply('mood', true)]) {
			bench.see(event);
		}
		expect((await read()).rules).toEqual([
			{ at: 1, guildId: HOME, channelId: LOUNGE, cause: 'deescalate', action: 'message' },
		]);
	});

	it('is where the feed carries on', async () => {
		bench.see(started('a'));
		const { lastEventId } = await read();
		bench.see(heat('a'));
		const response = await visit.get(`/api/v1/events?lastEventId=${lastEventId}`);
		let text = '';
		for await (const part of response.body ?? []) {
			text += Buffer.from(part).toString();
			if (text.includes('event: heat')) break;
		}
		expect(text).not.toContain('event: session');
	});

	it('has what runs it, for an operator', async () => {
		expect(await read()).toMatchObject({
			inference: { model: 'model@1', workers: 1, queue: { waiting: 2 } },
			webhooks: [],
			feed: { subscribers: 0, shed: 0 },
		});
	});
});

describe('alerts', () => {
	beforeEach(async () => {
		await bench.store.alerts.add(alertRecord('older'));
		await bench.store.alerts.add({ ...alertRecord('newer'), at: Date.now() + 1000 } satisfies AlertRecord);
	});
	const post = async (path: string, body: object) => alertAnswer.parse(await (await visit.post(path, body)).json());

	it('are shown newest first, with the heat before them and without speakers', async () => {
		const { alerts } = await read();
		expect(alerts.map(({ alertId }) => alertId)).toEqual(['newer', 'older']);
		expect(alerts[0]).toMatchObject({ channelName: 'lounge', heat: [{ state: 'hot' }], contributors: 2 });
		expect(alerts[0]).not.toHaveProperty('speakers');
	});

	it('are taken on and judged', async () => {
		const path = '/api/v1/alerts/newer';
		expect(await post(`${path}/acknowledge`, { guildId: HOME })).toMatchObject({ acknowledged: { by: 'console' } });
		const judged = await post(`${path}/verdict`, { guildId: HOME, verdict: 'false-alarm' });
		expect(judged).toMatchObject({ acknowledged: { by: 'console' }, verdict: { verdict: 'false-alarm' } });
		expect(await bench.store.alerts.get(HOME, 'newer')).toMatchObject({ verdict: { verdict: 'false-alarm' } });
		const entries = await bench.store.audit.list(HOME, { from: 0, limit: 10 });
		expect(entries.map(({ action }) => action).sort()).toEqual(['acknowledge', 'verdict']);
	});

	it('name a speaker by the lane on the page while the session runs', async () => {
		for (const event of [started('aaaa0001'), emotion('aaaa0001', ADA)]) bench.see(event);
		const [session] = (await read()).sessions;
		const answer = await visit.post('/api/v1/alerts/newer/reveal', {
			guildId: HOME,
			reason: 'somebody asked for help',
		});
		expect(await answer.json()).toMatchObject({
			speakers: [{ userId: ADA, name: 'Ada', speaker: session?.speakers[0]?.speaker }, { userId: BEN }],
		});
	});
});

describe('the pages', () => {
	it('say that they have not been built', async () => {
		const response = await fetch(bench.url);
		expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('npm run console')]);
	});

	it('are the files of the console, and its index for its views', async () => {
		const consoleFolder = join(bench.folder, 'built');
		await mkdir(join(consoleFolder, 'assets'), { recursive: true });
		await writeFile(join(consoleFolder, 'index.html'), '<!doctype html>index');
		await writeFile(join(consoleFolder, 'assets', 'app-1a2b.js'), 'export {};');
		await using built = await openBench({}, { consoleFolder });
		const get = async (path: string) => {
			const response = await fetch(`${built.url}${path}`);
			const { headers, status } = response;
			return [status, headers.get('content-type'), headers.get('cache-control'), await response.text()];
		};
		const index = [200, 'text/html; charset=utf-8', 'no-cache', '<!doctype html>index'];
		expect(await get('/')).toEqual(index);
		expect(await get('/alerts/1')).toEqual(index);
		expect(await get('/assets/app-1a2b.js')).toMatchObject([200, /javascript/, /immutable/, 'export {};']);
		expect((await get('/assets/none.js'))[0]).toBe(404);
		expect((await get('/api/v1/none'))[0]).toBe(404);
	});
});
