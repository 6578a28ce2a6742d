import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { textGenerator } from '../../../src/app/rules/generator.ts';
import { postJson } from '../../../src/app/rules/post.ts';
import { webhookCaller } from '../../../src/app/rules/webhook.ts';
import type { Log, WebhookMessage } from '../../../src/domain/index.ts';
import { Certificate } from '../../../src/sim/certificate.ts';
import { isPublicAddress } from '../../../src/web/index.ts';
import { QUIET_LOG } from '../../support/rules.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PATIENCE_MS = 10_000;

const MESSAGE: WebhookMessage = {
	type: 'rule.fired',
	timestamp: '2026-11-22T20:00:00.000Z',
	data: { rule: 'deescalate', guildId: '1', channelId: '2', sessionId: 's', minutes: 3, members: 2, heat: 0.6 },
};

let stack = new AsyncDisposableStack();
afterEach(async () => {
	await stack.disposeAsync();
	stack = new AsyncDisposableStack();
});

/** A server of the test's own. @returns its address */
async function serve(answer: RequestListener): Promise<string> {
	const server = createServer(answer).listen(0, '127.0.0.1');
	await once(server, 'listening');
	stack.defer(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Counts warnings. */
function listening(): { readonly log: Log; readonly warnings: object[] } {
	const warnings: object[] = [];
	return { log: { ...QUIET_LOG, warn: (values) => void warnings.push(values) }, warnings };
}

describe('a webhook', () => {
	it('is called with a message whose signature can be verified', async () => {
		const calls: { request: IncomingMessage; body: string }[] = [];
		const url = await serve(async (request, response) => {
			calls.push({ request, body: await text(request) });
			response.writeHead(204).end();
		});
		const call = webhookCaller(true, QUIET_LOG);
		expect(await call({ url, secret: SECRET, timeoutMs: PATIENCE_MS }, MESSAGE)).toBe(true);
		const [{ request, body } = { request: undefined, body: '' }] = calls;
		expect(request?.method).toBe('POST');
		const headers = request?.headers as Record<string, string>;
		expect(new Webhook(SECRET).verify(body, headers)).toEqual(MESSAGE);
		const other = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
		expect(() => other.verify(body, headers)).toThrow();
		expect(() => new Webhook(SECRET).verify(body.replace('0.6', '0.1'), headers)).toThrow();
	});

	it('is called over TLS, and not where the certificate is not trusted', async () => {
		const certificate = stack.use(await Certificate.create());
		const server = createTlsServer({ cert: certificate.pem, key: certificate.key }, (_, response) => response.end());
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		stack.defer(() => void server.close());
		const { log, warnings } = listening();
		const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		expect(await webhookCaller(true, log)({ url, secret: SECRET, timeoutMs: PATIENCE_MS }, MESSAGE)).toBe(false);
		expect(warnings).toMatchObject([{ error: { code: expect.stringMatching(/CERT/) as string } }]);
	});

	it('that fails is logged once, with nothing secret, and again after it has worked', async () => {
		let status = 500;
		const url = await serve((_, response) => void response.writeHead(status).end());
		const { log, warnings } = listening();
		const call = webhookCaller(true, log);
		const target = { url: `${url}hook?key=private`, secret: SECRET, timeoutMs: PATIENCE_MS };
		for (status of [500, 404, 302, 200, 500]) expect(await call(target, MESSAGE)).toBe(status === 200);
		expect(warnings).toMatchObject([{ status: 500, rule: 'deescalate' }, { status: 500 }]);
		expect(JSON.stringify(warnings)).not.toMatch(/private|whsec/);
	});

	it('that does not answer is given up', async () => {
		const url = await serve(() => {});
		const { log, warnings } = listening();
		expect(await webhookCaller(true, log)({ url, secret: SECRET, timeoutMs: 200 }, MESSAGE)).toBe(false);
		expect(warnings).toMatchObject([{ error: { name: expect.stringMatching(/Abort|Timeout/) as string } }]);
	});

	it.each([
		['http://example.org/', 'only https'],
		['https://127.0.0.1/', 'public internet'],
		['https://[::1]/', 'public internet'],
		['https://[::ffff:10.0.0.1]/', 'public internet'],
		['https://0x7f000001/', 'public internet'],
		['https://169.254.169.254/latest/meta-data', 'public internet'],
		['https://localhost/', 'public internet'],
	])('at %s is not called unless that is allowed', async (url, reason) => {
		const post = postJson({ url, body: {}, timeoutMs: PATIENCE_MS, allowPrivate: false, mostBytes: 100 });
		await expect(post).rejects.toThrow(reason);
	});

	it('may have the address of any machine that all can reach', () => {
		expect(['1.1.1.1', '2606:4700:4700::1111', '192.169.0.1', '172.32.0.1'].filter(isPublicAddress)).toHaveLength(4);
		const hidden = ['10.1.2.3', '100.64.0.1', '192.168.1.1', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '0.0.0.0', 'x'];
		expect(hidden.filter(isPublicAddress)).toEqual([]);
	});
});

describe('a text generator', () => {
	const REQUEST = { rule: 'deescalate', cause: 'heat', locale: 'en', draft: 'Calm down in {channel}.' };

	async function answering(answer: RequestListener, timeoutMs = PATIENCE_MS) {
		const { log, warnings } = listening();
		const url = await serve(answer);
		return { phrase: textGenerator({ url, timeoutMs, secret: SECRET }, log), warnings };
	}
	const saying =
		(body: unknown): RequestListener =>
		(_, response) =>
			void response.end(typeof body === 'string' ? body : JSON.stringify(body));

	it('is there only where an address is configured', () => {
		expect(textGenerator({ timeoutMs: 3000 }, QUIET_LOG)).toBeUndefined();
	});

	it('is sent the rule, what it asks about, the language and the draft, signed, and nothing else', async () => {
		const bodies: unknown[] = [];
		const { phrase } = await answering(async (request, response) => {
			bodies.push(new Webhook(SECRET).verify(await text(request), request.headers as Record<string, string>));
			response.end('{"text":"Easy now in {channel}."}');
		});
		expect(await phrase?.(REQUEST)).toBe('Easy now in {channel}.');
		expect(bodies).toEqual([REQUEST]);
	});

	it.each<[string, unknown]>([
		['no JSON', 'Easy now.'],
		['another shape', { answer: 'Easy now.' }],
		['nothing', { text: '  ' }],
		['too much', { text: 'a'.repeat(501) }],
		['more than anybody reads', 'a'.repeat(100_000)],
		['a mention', { text: 'Easy now, <@100000000000000001>.' }],
		['a mention of all', { text: 'Easy now, @everyone.' }],
		['a link', { text: 'Look at https://example.org' }],
		['a hidden link', { text: '[Easy](example.org)' }],
		['control characters', { text: 'Easy\u202e now' }],
		['a placeholder that there is not', { text: 'Easy now, {name}.' }],
	])('whose answer is %s is not listened to', async (_, body) => {
		const { phrase, warnings } = await answering(saying(body));
		expect(await phrase?.(REQUEST)).toBeUndefined();
		expect(await phrase?.(REQUEST)).toBeUndefined();
		expect(warnings).toHaveLength(1);
	});

	it('that fails, or takes too long, is not listened to', async () => {
		const failing = await answering((_, response) => void response.writeHead(503).end('{"text":"Easy now."}'));
		expect(await failing.phrase?.(REQUEST)).toBeUndefined();
		const silent = await answering(() => {}, 200);
		expect(await silent.phrase?.(REQUEST)).toBeUndefined();
		expect([...failing.warnings, ...silent.warnings]).toHaveLength(2);
	});
});
