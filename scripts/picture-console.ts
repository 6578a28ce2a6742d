/** Draws docs/console-*.png: the console over a scripted evening, in Debian's Chromium. */
import { fileURLToPath } from 'node:url';
import { playScene, prepareScene } from '../test/console/scene.ts';
import { openStudio, openVisitor } from '../test/console/support.ts';

const PICTURES = [
	{ name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 760 } },
	{ name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 760 } },
	{ name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 1320 } },
] as const;

await using studio = await openStudio();
for (const { name, ...options } of PICTURES) {
	await using visitor = await openVisitor(studio, options);
	const { bench, page } = visitor;
	await prepareScene(bench);
	await page.goto(bench.web.signInUrl);
	await page.getByText('Live', { exact: true }).waitFor();
	playScene(bench);
	await page.locator('.lane').nth(3).waitFor();
	// Strips and chart move on with the seconds.
	await page.waitForTimeout(1_500);
	await page.screenshot({ path: fileURLToPath(new URL(`../docs/console-${name}.png`, import.meta.url)) });
}
