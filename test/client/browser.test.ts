import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStudio, openVisitor, type Studio } from '../console/support.ts';
import { until } from '../support/until.ts';
import { ADA, emotion, HOME, heat, started } from '../web/support.ts';

vi.setConfig({ testTimeout: 180_000 });

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

let studio: Studio;
beforeAll(async () => {
	studio = await openStudio();
}, 120_000);
afterAll(() => studio[Symbol.asyncDispose]());

it.each(['sse', 'websocket'] as const)(
	'a browser loads the modules as they are, without a bundler, and reads over %s',
	async (transport) => {
		await using visitor = await openVisitor(studio);
		const { page, bench, complaints } = visitor;
		const loaded: string[] = [];
		// What tsc does for the package, too: types are taken out, and nothing is put in.
		await page.route('**/client/*.ts', async (route) => {
			const name = new URL(route.request().url()).pathname.replace('/client/', '');
			loaded.push(name);
			const source = await readFile(`${CLIENT}${name}`, 'utf8');
			await route.fulfill({ contentType: 'text/javascript', body: stripTypeScriptTypes(source) });
		});
		const token = await bench.tokens.create({ name: 'page', scopes: ['feed:read'], guilds: [HOME] });
		bench.see(started('lounge'));
		await page.goto(bench.url);
		const reading = page.evaluate(
			`(async () => {
			const { connectFeed } = await import('/client/index.ts');
			const events = [];
			const options = { url: location.origin, token: '${token}', transport: '${transport}', types: ['emotion', 'heat'] };
			for await (const event of connectFeed({ ...options, onConnect: () => { document.title = 'connected'; } })) {
				events.push(event.type + ' ' + (event.data.label ?? event.data.score));
				if (events.length === 2) return events;
			}
		})()`,
		);
		await until(async () => (await page.title()) === 'connected', 60_000);
		bench.see(emotion('lounge', ADA, { label: 'calm' }));
		bench.see(heat('lounge', 0.3));
		expect(await reading).toEqual(['emotion calm', 'heat 0.3']);
		expect(loaded.toSorted()).toEqual([
			'connect.ts',
			'error.ts',
			'events.ts',
			'index.ts',
			'request.ts',
			'sse.ts',
			'watchdog.ts',
			'websocket.ts',
		]);
		expect(complaints).toEqual([]);
	},
);
