import type { Effects, Log } from '../../domain/index.ts';
import { postJson } from './post.ts';

/** Nobody reads more of what a webhook answers. */
const MOST_BYTES = 64 * 1024;

/**
 * Calls webhooks of rules: over TLS, signed, with a deadline. One that fails is logged once, until it works
 * again, and not called again for the same rule: what it would be told is old by then.
 */
export function webhookCaller(allowPrivate: boolean, log: Log): Effects['call'] {
	const failing = new Set<string>();
	return async ({ url, secret, timeoutMs }, message) => {
		const { origin } = new URL(url);
		const failed = (values: object): false => {
			if (!failing.has(url)) log.warn({ ...values, origin, rule: message.data.rule }, 'webhook could not be called');
			failing.add(url);
			return false;
		};
		try {
			const { status } = await postJson({ url, secret, timeoutMs, body: message, allowPrivate, mostBytes: MOST_BYTES });
			if (status < 200 || status > 299) return failed({ status });
			failing.delete(url);
			return true;
		} catch (error) {
			return failed({ error });
		}
	};
}
