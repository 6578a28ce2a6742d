import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { AddressRefused, isPublicAddress, publicLookup } from './addresses.ts';

export interface PostAnswer {
	readonly status: number;
	/** Milliseconds, as `Retry-After` asks for. */
	readonly retryAfterMs?: number;
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
	if (header === undefined) return undefined;
	const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
	return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/**
 * Posts a body, follows no redirect and reads no answer but its status.
 *
 * @param timeoutMs of the whole exchange
 * @throws {AddressRefused} or what the network says
 */
export function post(
	url: URL,
	body: string,
	headers: Readonly<Record<string, string>>,
	{ timeoutMs, mayBePrivate }: { readonly timeoutMs: number; readonly mayBePrivate: boolean },
): Promise<PostAnswer> {
	// Figures are not looked up, so they are checked here.
	const bare = url.hostname.replace(/^\[|\]$/g, '');
	if (!mayBePrivate && isIP(bare) !== 0 && !isPublicAddress(bare)) return Promise.reject(new AddressRefused());
	return new Promise((resolve, reject) => {
		const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
		const request = send(url, {
			method: 'POST',
			headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
			signal: AbortSignal.timeout(timeoutMs),
			// A connection that is kept would outlive the check of its address.
			agent: false,
			...(mayBePrivate ? {} : { lookup: publicLookup }),
		});
		request.on('error', reject);
		request.on('response', (response) => {
			const wait = retryAfterMs(response.headers['retry-after']);
			response.on('error', () => {});
			response.destroy();
			resolve({ status: response.statusCode ?? 0, ...(wait !== undefined && { retryAfterMs: wait }) });
		});
		request.end(body);
	});
}
