import { createRequire } from 'node:module';

/** Node 22 has `Symbol.dispose` and what carries it, but not the stacks; `using` itself is compiled away for it. */
if (globalThis.AsyncDisposableStack === undefined) {
	const load = createRequire(import.meta.url);
	load('core-js/actual/disposable-stack');
	load('core-js/actual/async-disposable-stack');
}
