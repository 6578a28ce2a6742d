import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { WebEnv } from '../guard/environment.ts';
import { Problem } from '../guard/problem.ts';

const NOT_BUILT = `The console has not been built: run \`npm run console\` and start again.
The HTTP interface and the event feed are open all the same; docs/feed.md describes them.
`;
/** Vite puts a hash of the content into these names. */
const HASHED = /^\/assets\//;
const A_YEAR = 'public, max-age=31536000, immutable';

/** The built console; whatever has no extension is one of its views. */
export function pages(folder: string): Hono<WebEnv> {
	const app = new Hono<WebEnv>();
	const index = join(folder, 'index.html');
	if (!existsSync(index)) return app.get('*', (context) => context.text(NOT_BUILT, 503));
	return app
		.use(async (context, next) => {
			await next();
			if (context.res.ok) context.header('cache-control', HASHED.test(context.req.path) ? A_YEAR : 'no-cache');
		})
		.get('*', serveStatic({ root: folder }))
		.get('*', (context, next) => {
			if (/\.[^/]*$/.test(context.req.path)) throw new Problem('not-found', 'There is no such file.');
			return serveStatic({ path: index })(context, next);
		});
}
