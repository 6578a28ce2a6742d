import { createRequire } from 'node:module';
import type * as Tls from 'node:tls';

// The module itself rather than a namespace: `tls.connect` looks `createSecureContext` up on it.
const tls = createRequire(import.meta.url)('node:tls') as typeof Tls;

/** Certificates that this process trusts beside its own list, as PEM. */
const trusted = new Set<string>();
let ownList: readonly string[] | undefined;

/** Makes this process trust a certificate in every TLS connection that it opens from now on. */
export function trust(pem: string): void {
	trusted.add(pem);
	apply();
}

/** Takes back what `trust` did. */
export function distrust(pem: string): void {
	trusted.delete(pem);
	apply();
}

function apply(): void {
	// Not before Node 22.19 and 24.5.
	if (!('setDefaultCACertificates' in tls)) {
		addToContexts();
		return;
	}
	ownList ??= tls.getCACertificates('default');
	tls.setDefaultCACertificates([...ownList, ...trusted]);
	if (trusted.size === 0) ownList = undefined;
}

let isPatched = false;

/** Older versions build each context from a fixed list: it gets ours when it has been built. */
function addToContexts(): void {
	if (isPatched) return;
	isPatched = true;
	const original = tls.createSecureContext;
	tls.createSecureContext = (options) => {
		const secure = original(options);
		for (const pem of trusted) (secure.context as { addCACert(pem: string): void }).addCACert(pem);
		return secure;
	};
}
