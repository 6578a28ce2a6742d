/** Draws docs/example-*.png: the example pages over a scripted conversation, in Debian's Chromium. */
import { fileURLToPath } from 'node:url';
import type { EmotionLabel } from '../src/domain/index.ts';
import { linkTo, openGallery } from '../test/examples/gallery.ts';
import { ADA, BEN, emotion, HOME, started } from '../test/web/support.ts';

const CLEO = '1456074443984994503';
/** When Ada said something, and how it sounded; nothing in it is measured. */
const MOMENTS: readonly (readonly [startMs: number, EmotionLabel, number])[] = [
	[3_000, 'neutral', 0.8],
	[14_000, 'happiness', 0.77],
	[42_000, 'anger', 0.62],
	[65_000, 'calm', 0.58],
	[90_000, 'neutral', 0.8],
	[101_000, 'surprise', 0.5],
];
const MOOD_MS = 12_000;
const to = (name: string): string => fileURLToPath(new URL(`../docs/example-${name}.png`, import.meta.url));

await using gallery = await openGallery();

async function game(): Promise<void> {
	const options = {
		colorScheme: 'dark',
		reducedMotion: 'no-preference',
		viewport: { width: 1040, height: 700 },
	} as const;
	await using visitor = await gallery.visit(options);
	const { bench, page } = visitor;
	bench.see(started('lounge'));
	await page.goto(linkTo(visitor, 'game'));
	await page.getByText('Live', { exact: true }).waitFor();
	for (const who of [ADA, BEN, CLEO])
		bench.see(emotion('lounge', who, { label: 'happiness', valence: 0.4, arousal: 0.4 }));
	await page.locator('body[data-mood="playful"]').waitFor();
	await page.waitForTimeout(MOOD_MS);
	await page.screenshot({ path: to('game'), fullPage: true });
}

async function widget(): Promise<void> {
	await using visitor = await gallery.visit({ colorScheme: 'light', viewport: { width: 1040, height: 700 } });
	const { bench, page } = visitor;
	bench.see(started('lounge'));
	await page.goto(linkTo(visitor, 'feedback-widget'));
	const token = await bench.tokens.create({ name: 'widget', scopes: ['feed:read'], guilds: [HOME], member: ADA });
	await page.getByLabel('Or a member’s token').fill(token);
	await page.getByRole('button', { name: 'Use' }).click();
	for (const [startMs, label, confidence] of MOMENTS) {
		bench.see(emotion('lounge', ADA, { label, confidence, startMs, endMs: startMs + 4_000 }));
	}
	await page.locator(`emotion-feedback[data-moments="${MOMENTS.length}"]`).waitFor({ state: 'attached' });
	await page.getByRole('button', { name: 'End the conversation' }).click();
	await page.getByRole('radio', { name: 'Well', exact: true }).check({ force: true });
	await page.locator('.moments select').nth(2).selectOption('surprise');
	await page.screenshot({ path: to('feedback-widget'), fullPage: true });
}

await game();
await widget();
