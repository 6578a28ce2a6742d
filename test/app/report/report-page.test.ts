import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/app/config.ts';
import { buildReport } from '../../../src/app/report/build.ts';
import { readCall } from '../../../src/app/report/read-call.ts';
import { writeReport } from '../../../src/app/report/write.ts';
import type { Emotion } from '../../../src/domain/index.ts';
import { useTempFolder } from '../../audio/files/temp.ts';
import { buildWav, pcm16 } from '../../audio/files/wav-builder.ts';
import { bursts, classified, FakeQueue, mostly } from '../analysis/fakes.ts';

const folder = useTempFolder();
const TIMEOUT = { timeout: 400_000 };
const PATHS = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let linked: string;
let embedded: string;

beforeAll(async () => {
	const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));
	if (!executablePath) throw new Error('This test needs Chromium: apt-get install chromium, or set CHROMIUM.');
	browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
	const customer = Array.from({ length: 16 }, (_, n) => [n * 6000 + 1000, n * 6000 + 3000] as const);
	const agent = Array.from({ length: 16 }, (_, n) => [n * 6000 + 3500, n * 6000 + 5000] as const);
	const data = pcm16(bursts(100_000, customer), bursts(100_000, agent, 230));
	// A name that would break out of markup and of addresses.
	const file = await folder.put('a "call" & <b>#1.wav', buildWav({ channels: 2, data }));
	const mood = (ms: number): Emotion => (ms > 20_000 && ms < 50_000 ? 'anger' : 'calm');
	const queue = new FakeQueue(({ startMs }) => classified(mostly(mood(startMs))));
	const { smoothing, heat } = configSchema.parse({}).middleware;
	const settings = { smoothing, heat };
	const reading = await readCall(file, { queue, rules: {}, kind: 'call' });
	const report = await buildReport(reading, { ...settings, language: 'en', now: 0 });
	linked = join(folder.path, 'out', 'linked');
	embedded = join(folder.path, 'out', 'embedded');
	await writeReport(report, { file, target: linked, settings, embedAudio: false });
	await writeReport(report, { file, target: embedded, settings, embedAudio: true });
}, 180_000);

afterAll(async () => {
	await browser?.close();
});

interface Opened {
	readonly page: Page;
	readonly requests: string[];
	readonly complaints: string[];
}

async function open(target: string, width = 1100, colorScheme: 'dark' | 'light' = 'light'): Promise<Opened> {
	const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
	page.setDefaultTimeout(120_000);
	const requests: string[] = [];
	const complaints: string[] = [];
	page.on('request', (request) => requests.push(request.url()));
	page.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	await page.goto(pathToFileURL(`${target}.html`).href, { waitUntil: 'load' });
	return { page, requests, complaints };
}

const isReady = (page: Page) =>
	page.waitForFunction('document.querySelector("audio").readyState > 0', undefined, { timeout: 60_000 });

describe('the page of a report', () => {
	it('works from a disk, asks nothing of a network and plays the recording where it lies', TIMEOUT, async () => {
		const { page, requests, complaints } = await open(linked);
		await isReady(page);
		expect(await page.evaluate('document.querySelector("audio").duration')).toBeCloseTo(100, 0);
		await page.locator('button.seek').first().click();
		await page.waitForFunction('document.querySelector("audio").currentTime > 1', undefined, { timeout: 60_000 });
		expect(requests.length).toBeGreaterThan(1);
		for (const url of requests) expect(url).toMatch(/^file:\/\//);
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('holds the recording when it is asked to', TIMEOUT, async () => {
		const { page, requests, complaints } = await open(embedded);
		await isReady(page);
		expect(await page.evaluate('document.querySelector("audio").duration')).toBeCloseTo(100, 0);
		for (const url of requests) expect(url).toMatch(/^(file:\/\/.*embedded\.html|data:audio)/);
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('has no serious fault of accessibility in light, dark and on a phone', TIMEOUT, async () => {
		const axe = await readFile(AXE, 'utf8');
		for (const [width, scheme] of [
			[1100, 'light'],
			[1100, 'dark'],
			[390, 'dark'],
		] as const) {
			const { page } = await open(linked, width, scheme);
			// The page's policy lets no other script in: axe is put in past it, through the debugger.
			await page.evaluate(axe);
			const faults = (await page.evaluate(
				'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes[0].html })))',
			)) as { impact: string }[];
			expect(faults.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
			await page.close();
		}
	});

	it('has one heading above the others, tables with headers and a chart in words', TIMEOUT, async () => {
		const { page } = await open(linked);
		expect(await page.locator('h1').allTextContents()).toEqual(['a "call" & <b>#1.wav']);
		expect(await page.locator('section').count()).toBeGreaterThanOrEqual(8);
		for (const table of await page.locator('table').all()) {
			expect(await table.locator('caption').count()).toBe(1);
			expect(await table.locator('thead th[scope=col]').count()).toBeGreaterThan(1);
		}
		expect(await page.locator('figure[role=img]').getAttribute('aria-label')).toMatch(/^Chart over the/);
		// A drawing for this width and one for phones, of which one is shown.
		expect(await page.locator('figure svg').count()).toBe(2);
		expect(await page.locator('figure svg:visible').count()).toBe(1);
		expect(await page.locator('figure svg:visible path').count()).toBeGreaterThan(20);
		await page.close();
	});

	it('changes its ground with the theme and with paper', TIMEOUT, async () => {
		const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
		const { page } = await open(linked, 1100, 'dark');
		expect(await ground(page)).toBe('rgb(19, 20, 23)');
		await page.emulateMedia({ colorScheme: 'light' });
		expect(await ground(page)).toBe('rgb(251, 251, 252)');
		await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
		expect(await ground(page)).toBe('rgb(255, 255, 255)');
		expect(await page.locator('.player').isVisible()).toBe(false);
		await page.close();
	});
});
