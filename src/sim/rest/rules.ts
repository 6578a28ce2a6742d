import type { RuleBook } from '../rules.ts';

/** What the REST server does to requests by order of a test. */
export interface RestRule {
	/** As in the table of routes; every route by default. */
	readonly route: string | undefined;
	readonly method: string | undefined;
	readonly effect:
		| { readonly kind: 'refuse'; readonly status: number; readonly retryAfterMs: number }
		/** The request waits for this before it is handled. */
		| { readonly kind: 'stall'; readonly until: () => Promise<void> };
}

export type RestRules = RuleBook<RestRule>;
