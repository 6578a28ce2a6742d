import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { reasonOf, SesError } from '../../domain/index.ts';

const PATH = '/metrics';
/** Nobody needs longer to ask for a page; a connection that dawdles is closed. */
const REQUEST_DEADLINE_MS = 5_000;

export interface MetricsServer extends AsyncDisposable {
	/** The one that was given for port 0. */
	readonly port: number;
}

/**
 * Serves the exposition for Prometheus, and nothing else.
 *
 * @throws {SesError} SES_PORT_UNUSABLE
 */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<MetricsServer> {
	const server = createServer(async (request, response) => {
		const [path] = (request.url ?? '').split('?');
		if (path !== PATH) {
			response.writeHead(404).end();
		} else if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.writeHead(405, { allow: 'GET, HEAD' }).end();
		} else {
			try {
				const page = await registry.metrics();
				response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' });
				response.end(request.method === 'HEAD' ? undefined : page);
			} catch {
				response.writeHead(500).end();
			}
		}
	});
	server.requestTimeout = REQUEST_DEADLINE_MS;
	server.headersTimeout = REQUEST_DEADLINE_MS;
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		const details = { host, port, purpose: 'metrics', setting: 'metrics.port', reason: reasonOf(error) };
		throw new SesError('SES_PORT_UNUSABLE', details, error);
	}
	return {
		port: (server.address() as AddressInfo).port,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
