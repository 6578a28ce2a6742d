/** Draws docs/console-*.png: the console over a scripted evening, and the playground with voices of samples/, in Debian's Chromium. */
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { playScene, prepareScene } from '../test/console/scene.ts';
import { openStudio, openVisitor } from '../test/console/support.ts';
import { fakeMicrophone } from '../test/console/voice.ts';
import { openAudioBench } from '../test/web/audio-support.ts';

const PICTURES = [
	{ name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 760 } },
	{ name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 760 } },
	{ name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 1320 } },
] as const;

const VOICES = [
	'ravdess/03-01-03-02-01-01-08',
	'crema-d/1048_IEO_SAD_MD',
	'emo-db/14b09Wa',
	'ravdess/03-01-05-02-02-01-07',
];

const pathOf = (name: string): string => fileURLToPath(new URL(`../docs/console-${name}.png`, import.meta.url));

await using microphone = await fakeMicrophone(VOICES);
await using studio = await openStudio(microphone.args);
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
	await page.screenshot({ path: pathOf(name) });
}

{
	const size = { width: 1200, height: 860 };
	const options: BrowserContextOptions = { colorScheme: 'light', viewport: size, permissions: ['microphone'] };
	await using visitor = await openVisitor(studio, options, (services) => openAudioBench({}, { services }));
	const { bench, page } = visitor;
	await page.goto(bench.web.signInUrl);
	await page.getByRole('link', { name: 'Playground' }).click();
	await page.getByRole('checkbox').check();
	await page.getByRole('button', { name: 'Start' }).click();
	await page.locator('.history li').nth(VOICES.length).waitFor({ timeout: 120_000 });
	await page.locator('.shown:not(.is-open) .label').filter({ hasText: 'Sadness' }).waitFor({ timeout: 60_000 });
	await page.locator('.is-speech').waitFor();
	await page.waitForTimeout(300);
	await page.screenshot({ path: pathOf('playground') });
}
