import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REFERENCE } from '../../src/app/reference.ts';
import { createApp } from '../../src/web/app.ts';
import { AudioIn } from '../../src/web/audio/index.ts';
import { SignInLink } from '../../src/web/auth/sign-in-link.ts';
import { TokenFile } from '../../src/web/auth/token-file.ts';
import { LiveState } from '../../src/web/console/live-state.ts';
import { Feed, SessionBook } from '../../src/web/feed/index.ts';
import { PROBLEMS } from '../../src/web/guard/problem.ts';
import {
	AUDIO_PROBLEMS,
	asyncApiDocument,
	documentedRoutes,
	openApiDocument,
	webOptions,
} from '../../src/web/index.ts';
import type { WebServices } from '../../src/web/services.ts';
import { Webhooks } from '../../src/web/webhooks/webhooks.ts';
import { openBench, SILENT_LOG, signIn, type WebBench } from './support.ts';

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(['docs/openapi.json', 'docs/asyncapi.json'])('%s', (path) => {
	it('is what `npm run docs` writes', async () => {
		expect(await file(path)).toBe(REFERENCE[path]?.());
	});

	it('refers to nothing that is not there', async () => {
		const document = JSON.parse(await file(path)) as object;
		const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
			([, target]) => target as string,
		);
		const missing = references.filter(
			(target) =>
				target
					.split('/')
					.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document) ===
				undefined,
		);
		expect(references.length).toBeGreaterThan(5);
		expect(missing).toEqual([]);
	});
});

describe('the documents', () => {
	let bench: WebBench;
	beforeAll(async () => {
		bench = await openBench();
	});
	afterAll(() => bench[Symbol.asyncDispose]());

	it('have exactly the routes that there are', async () => {
		const book = new SessionBook();
		using feed = new Feed({ maxSubscribers: 1, resumeMs: 1000, maxBufferedBytes: 65_536, heartbeatMs: 60_000 });
		const tokens = new TokenFile('/nowhere');
		const options = webOptions.parse({});
		const services = { log: SILENT_LOG, consoleFolder: '/nowhere', directory: {} } as WebServices;
		await using audioIn = new AudioIn({ options: options.audio, services, book });
		const app = createApp({
			options,
			services,
			audioIn,
			tokens,
			link: new SignInLink(tokens),
			book,
			live: new LiveState(book),
			feed,
			webhooks: new Webhooks([], { attempts: 1, mayBePrivate: false }, SILENT_LOG),
			url: () => '',
		});
		expect(app).toBeInstanceOf(Hono);
		const routes = app.routes.filter(({ method, path }) => ['GET', 'POST'].includes(method) && !path.includes('*'));
		expect([...new Set(routes.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(
			documentedRoutes().sort(),
		);
	});

	it('describe what is answered', async () => {
		const paths = (
			openApiDocument('1') as {
				paths: Record<
					string,
					Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
				>;
			}
		).paths;
		const schema = paths['/api/v1/state']?.['get']?.responses['200']?.content['application/json']?.schema;
		const visit = await signIn(bench);
		const state: unknown = await (await visit.get('/api/v1/state')).json();
		expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(state).success).toBe(true);
		expect(z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse({}).success).toBe(false);
	});

	it('have every type of message', () => {
		const { components } = asyncApiDocument('1') as { components: { messages: object } };
		expect(Object.keys(components.messages)).toEqual([
			'session',
			'emotion',
			'partial',
			'mood',
			'heat',
			'alert',
			'reply',
			'consent',
			'health',
			'hello',
			'gap',
			'close',
			'audioStart',
			'audioStop',
			'audioReady',
			'audioSpeech',
			'audioEmotion',
			'audioPartial',
			'audioStopped',
			'audioProblem',
			'twilioConnected',
			'twilioStart',
			'twilioMedia',
			'twilioMark',
			'twilioDtmf',
			'twilioStop',
			'audioBytes',
		]);
	});

	it('have every problem in the guide', async () => {
		const guide = await file('docs/feed.md');
		for (const code of Object.keys(PROBLEMS).filter((each) => each !== 'internal'))
			expect(guide).toContain(`\`${code}\``);
		const audio = await file('docs/audio-in.md');
		for (const [code, close] of Object.entries(AUDIO_PROBLEMS)) expect(audio).toContain(`| ${close} | \`${code}\` |`);
	});
});
