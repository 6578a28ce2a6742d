import { createHmac } from 'node:crypto';
import { isSame } from '../auth/secret.ts';

/**
 * Whether Twilio signed the request for this address (X-Twilio-Signature: HMAC-SHA1 in base64 with the account's auth
 * token over the address as TwiML has it; a WebSocket has no parameters). Twilio signs some addresses with the port
 * and some without, so either counts, as it does in Twilio's own libraries; so does a slash at the end.
 *
 * @param url `wss://…`, without query
 */
export function isSignedByTwilio(signature: string, url: string, authToken: string): boolean {
	const { protocol, hostname, port, pathname } = new URL(url);
	const usualPort = protocol === 'wss:' ? '443' : '80';
	const hosts = port ? [`${hostname}:${port}`] : [hostname, `${hostname}:${usualPort}`];
	const addresses = hosts.flatMap((host) => [`${protocol}//${host}${pathname}`, `${protocol}//${host}${pathname}/`]);
	return addresses.some((address) => isSame(createHmac('sha1', authToken).update(address).digest('base64'), signature));
}
