import { randomUUID } from 'node:crypto';
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** Addresses that are not of the public internet (RFC 6890, RFC 4291 and their registries). */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 4],
	['240.0.0.0', 4],
] as const) {
	NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
	['::', 128],
	['::1', 128],
	['64:ff9b::', 96],
	['64:ff9b:1::', 48],
	['100::', 64],
	['2001:db8::', 32],
	['2002::', 16],
	['fc00::', 7],
	['fe80::', 10],
	['ff00::', 8],
] as const) {
	NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address belongs to a machine that anyone could reach. IPv4 within IPv6 counts as what it is. */
export function isPublicAddress(address: string): boolean {
	const family = isIP(address);
	return family !== 0 && !NOT_PUBLIC.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Resolves a name, and refuses it if any of its addresses is private. The connection goes to what was looked at. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
	dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
		const hidden = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
		const [first] = addresses ?? [];
		if (error || hidden || !first) {
			callback(error ?? new Error('the address is private'), '', 0);
		} else if (options.all) callback(null, addresses);
		else callback(null, first.address, first.family);
	});
};

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
		if (isIP(host) !== 0 && !isPublicAddress(host)) throw new Error('the address is private');
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
