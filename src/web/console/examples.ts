import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { visitorOf, type WebEnv } from '../guard/environment.ts';
import { Problem } from '../guard/problem.ts';

/** Folders under `examples` that are pages on the feed. */
export const EXAMPLES = ['game', 'feedback-widget'] as const;
export type Example = (typeof EXAMPLES)[number];

export const isExample = (name: string | undefined): name is Example => EXAMPLES.some((each) => each === name);
/** Where an example is, below our own address. */
export const pathOf = (example: Example): string => `/examples/${example}/`;

const withoutPrefix = (path: string): string => path.replace(/^\/examples/, '');

/** The built examples, for whoever may see the console; they read the feed by the same cookie. */
export function examplePages(folder: string): Hono<WebEnv> {
	return new Hono<WebEnv>()
		.use('/examples/*', async (context, next) => {
			// Browsers are sent to where one signs in; there is nothing else to be said to them.
			if (!context.get('principal')) return context.redirect('/', 303);
			visitorOf(context);
			await next();
			if (context.res.ok) context.header('cache-control', 'no-cache');
			return undefined;
		})
		.get('/examples/:name', (context, next) => {
			const name = context.req.param('name');
			return isExample(name) ? Promise.resolve(context.redirect(pathOf(name), 301)) : next();
		})
		.get('/examples/*', serveStatic({ root: folder, rewriteRequestPath: withoutPrefix }))
		.all('/examples/*', () => {
			throw new Problem('not-found', 'There is no such example.');
		});
}
