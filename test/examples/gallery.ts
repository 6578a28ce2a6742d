import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { build } from 'vite';
import type { Example } from '../../src/web/console/examples.ts';
import { openStudio, openVisitor, type Studio, type Visitor } from '../console/support.ts';
import { openBench } from '../web/support.ts';

const ROOT = fileURLToPath(new URL('../../examples', import.meta.url));

/** The example pages as they are now, built for this test alone, and a browser. */
export interface Gallery extends AsyncDisposable {
	/** The real server with the examples, and a page of its own that has not been opened yet. */
	visit(options?: BrowserContextOptions): Promise<Visitor>;
}

export async function openGallery(): Promise<Gallery> {
	await using stack = new AsyncDisposableStack();
	const examplesFolder = await mkdtemp(join(tmpdir(), 'ses-examples-'));
	stack.defer(() => rm(examplesFolder, { recursive: true }));
	const root = { root: ROOT, configFile: join(ROOT, 'vite.config.ts') };
	await build({ ...root, logLevel: 'error', build: { outDir: examplesFolder, emptyOutDir: true } });
	const studio: Studio = stack.use(await openStudio());
	const running = stack.move();
	return {
		visit: (options = {}) =>
			openVisitor(studio, options, (services) => openBench({ examples: true }, { ...services, examplesFolder })),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}

/** Where a visitor is signed in and led to an example. */
export const linkTo = ({ bench }: Visitor, example: Example): string => bench.web.exampleUrls[example] ?? '';
