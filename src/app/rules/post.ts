import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { AddressRefused, isPublicAddress, publicLookup } from '../../web/index.ts';

export interface PostOptions {
	readonly url: string;
	readonly body: unknown;
	/** Signs the message as Standard Webhooks has it; unsigned when not set. */
	readonly secret?: string | undefined;
	/** For all of it, from the connection to the last byte of the answer. */
	readonly timeoutMs: number;
	/** Whether private addresses may be called, and without TLS. */
	readonly allowPrivate: boolean;
	/** Longest answer that is read, in bytes. */
	readonly mostBytes: number;
}

export interface PostAnswer {
	readonly status: number;
	readonly text: string;
}

/**
 * Posts JSON. Redirects are not followed: they would lead round the look at the address.
 *
 * @throws when there is no whole answer in time, or the address may not be called
 */
export async function postJson({
	url,
	body,
	secret,
	timeoutMs,
	allowPrivate,
	mostBytes,
}: PostOptions): Promise<PostAnswer> {
	const target = new URL(url);
	const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
	if (!allowPrivate) {
		if (target.protocol !== 'https:') throw new Error('only https is allowed');
		if (isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused();
	}
	const payload = JSON.stringify(body);
	const id = `msg_${randomUUID()}`;
	const now = new Date();
	const headers = {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(payload),
		'user-agent': 'speech-emotion-sense',
		...(secret && {
			'webhook-id': id,
			'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
			'webhook-signature': new Webhook(secret).sign(id, now, payload),
		}),
	};
	const signal = AbortSignal.timeout(timeoutMs);
	const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
	const answer = Promise.withResolvers<PostAnswer>();
	const options = { method: 'POST', headers, signal, agent: false, ...(!allowPrivate && { lookup: publicLookup }) };
	const outgoing = request(target, options, (incoming) => {
		const chunks: Buffer[] = [];
		let bytes = 0;
		incoming.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			chunks.push(chunk);
			if (bytes > mostBytes) outgoing.destroy(new Error('the answer is too long'));
		});
		incoming.on('error', answer.reject);
		incoming.on('end', () =>
			answer.resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
		);
	});
	outgoing.on('error', answer.reject);
	outgoing.end(payload);
	return answer.promise;
}
