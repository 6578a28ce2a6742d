import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reasonOf, SesError } from '../../domain/index.ts';
import type { HealthEndpointOptions } from './options.ts';
import type { Readiness } from './readiness.ts';

/** A probe sends a few hundred bytes at once; whoever takes longer is none. */
const REQUEST_MS = 5_000;

export interface HealthServer extends AsyncDisposable {
	/** Where it listens; the port is the chosen one, or a free one when that was 0. */
	readonly url: string;
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
	response.end(`${JSON.stringify(body)}\n`);
}

/**
 * `/live` answers while the event loop turns: a process that does not answer should be restarted. `/ready`
 * answers 200 when it can take work, else 503 and what it waits for.
 */
function listener(readiness: Readiness<string>): RequestListener {
	return (request, response) => {
		// Nothing that is sent is looked at.
		request.resume();
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			answer(response, 405, { status: 'method not allowed' }, { allow: 'GET, HEAD' });
			return;
		}
		switch (request.url?.split('?')[0]) {
			case '/live':
				answer(response, 200, { status: 'live' });
				break;
			case '/ready': {
				const { missing } = readiness;
				if (missing.length === 0) answer(response, 200, { status: 'ready' });
				else answer(response, 503, { status: 'not ready', missing });
				break;
			}
			default:
				answer(response, 404, { status: 'not found' });
		}
	};
}

/**
 * @returns undefined when no port is configured
 * @throws {SesError} SES_PORT_UNUSABLE
 */
export async function openHealthServer(
	{ port, host }: HealthEndpointOptions,
	readiness: Readiness<string>,
): Promise<HealthServer | undefined> {
	if (port === undefined) return undefined;
	const server = createServer(
		{ headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS },
		listener(readiness),
	);
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		const details = { host, port, purpose: 'health', setting: 'health.port', reason: reasonOf(error) };
		throw new SesError('SES_PORT_UNUSABLE', details, error);
	}
	const { address, family, port: chosen } = server.address() as AddressInfo;
	return {
		url: `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`,
		async [Symbol.asyncDispose]() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
