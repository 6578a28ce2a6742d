import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Principal, Visitor } from '../auth/principal.ts';
import { Problem } from './problem.ts';

/** What the routes find in Hono's context. */
export interface WebEnv {
	Bindings: HttpBindings;
	Variables: {
		/** Of the client, as far as it can be told. */
		address: string;
		/** Absent while nobody has signed in. */
		principal: Principal | undefined;
	};
}
export type WebContext = Context<WebEnv>;

/** @throws {Problem} unauthenticated, or forbidden to programs */
export function visitorOf(context: WebContext): Visitor {
	const principal = context.get('principal');
	if (!principal) throw new Problem('unauthenticated', 'Sign in first.');
	if (principal.kind === 'program') throw new Problem('forbidden', 'Tokens do not open the console.');
	return principal;
}
