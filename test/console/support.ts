import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { Directory, WebServices } from '../../src/web/services.ts';
import { findTool } from '../support/tools.ts';
import { ADA, HOME, LOUNGE, OTHER, openBench, type WebBench } from '../web/support.ts';
import { STUDY } from './scene.ts';

const ROOT = fileURLToPath(new URL('../../console', import.meta.url));

const GUILDS = [
	{ id: HOME, name: 'Home' },
	{ id: OTHER, name: 'Other' },
];
const CHANNELS: Readonly<Record<string, string>> = { [LOUNGE]: 'lounge', [STUDY]: 'study' };
const DIRECTORY: Directory = {
	guilds: () => GUILDS,
	channelName: (_, channelId) => CHANNELS[channelId],
	memberName: async (_, userId) => (userId === ADA ? 'Ada' : undefined),
};

/** The console as it is now, built for this test alone, and a browser. */
export interface Studio extends AsyncDisposable {
	readonly browser: Browser;
	readonly consoleFolder: string;
}

/** @param args of Chromium, beside those that it needs to run in tests */
export async function openStudio(args: readonly string[] = []): Promise<Studio> {
	await using stack = new AsyncDisposableStack();
	const consoleFolder = await mkdtemp(join(tmpdir(), 'ses-console-'));
	stack.defer(() => rm(consoleFolder, { recursive: true }));
	await build({ root: ROOT, logLevel: 'error', build: { outDir: consoleFolder, emptyOutDir: true } });
	const executablePath = (await findTool('chromium')) ?? 'chromium';
	const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
	stack.defer(() => browser.close());
	const running = stack.move();
	return { browser, consoleFolder, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export interface Visitor extends AsyncDisposable {
	readonly bench: WebBench;
	readonly page: Page;
	/** Addresses of all that the page asked for. */
	readonly requests: readonly string[];
	/** What the browser complained of: refused by the policy, thrown, not there. */
	readonly complaints: readonly string[];
}

/**
 * The real server, and a page of its own that has not been opened yet.
 *
 * @param open starts a server with more behind it
 */
export async function openVisitor(
	studio: Studio,
	options: BrowserContextOptions = {},
	open: (services: Partial<WebServices>) => Promise<WebBench> = (services) => openBench({}, services),
): Promise<Visitor> {
	await using stack = new AsyncDisposableStack();
	const { consoleFolder, browser } = studio;
	const bench = stack.use(await open({ consoleFolder, directory: DIRECTORY }));
	const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
	stack.defer(() => context.close());
	// Before any script of the page, where its policy does not reach.
	await context.addInitScript({ content: axe.source });
	const page = await context.newPage();
	const requests: string[] = [];
	const complaints: string[] = [];
	page.on('request', (request) => requests.push(request.url()));
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
	});
	const running = stack.move();
	return { bench, page, requests, complaints, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** What axe finds that bars somebody from the page. */
export async function barriers(page: Page): Promise<string[]> {
	const violations = await page.evaluate(async () => {
		const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
		return (await inPage.run()).violations.map(({ id, impact, nodes }) => ({
			impact,
			text: `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
		}));
	});
	return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ text }) => text);
}
