import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { barriers, type Visitor } from '../../console/support.ts';
import { until } from '../../support/until.ts';
import { ADA, BEN, emotion, heat, started, withdrawn } from '../../web/support.ts';
import { type Gallery, linkTo, openGallery } from '../gallery.ts';

const PATIENT = { timeout: 60_000 };
const PATIENCE_MS = 60_000;
const CLEO = '1456074443984994503';

vi.setConfig({ testTimeout: 180_000 });

let gallery: Gallery;
let visitor: Visitor;
beforeAll(async () => {
	gallery = await openGallery();
}, 120_000);
afterAll(() => gallery[Symbol.asyncDispose]());
afterEach(() => visitor[Symbol.asyncDispose]());

const MOVING = { reducedMotion: 'no-preference' } as const;

async function open(options: Parameters<Gallery['visit']>[0] = MOVING): Promise<Page> {
	visitor = await gallery.visit(options);
	visitor.bench.see(started('lounge'));
	await visitor.page.goto(linkTo(visitor, 'game'));
	await visitor.page.getByText('Live', { exact: true }).waitFor(PATIENT);
	return visitor.page;
}
const shows = (page: Page, name: 'mood' | 'mode', value: string): Promise<unknown> =>
	page.locator(`body[data-${name}="${value}"]`).waitFor({ ...PATIENT, state: 'attached' });
const picture = async (page: Page): Promise<string> =>
	String(await page.evaluate("document.querySelector('canvas').toDataURL('image/png')"));
const score = async (page: Page): Promise<number> => Number(await page.locator('#score').textContent());
const everyone = (valence: number, arousal: number): void => {
	for (const who of [ADA, BEN, CLEO]) visitor.bench.see(emotion('lounge', who, { valence, arousal }));
};

describe('the game, with the real feed', () => {
	it('plays itself, neutral while nobody has been heard', async () => {
		const page = await open();
		expect(new URL(page.url()).pathname).toBe('/examples/game/');
		await shows(page, 'mode', 'attract');
		expect(await page.locator('body').getAttribute('data-mood')).toBe('neutral');
		expect(await page.locator('#source').textContent()).toContain('nobody’s mood shows');
		await until(async () => (await score(page)) > 1, PATIENCE_MS);
	});

	it('follows the room, says what the mood drives, and goes back to neutral when members withdraw', async () => {
		const page = await open();
		everyone(0.5, 0.5);
		await shows(page, 'mood', 'playful');
		expect(await page.getByRole('meter', { name: 'Valence' }).getAttribute('aria-valuenow')).toBe('0.5');
		expect(await page.locator('.panel').textContent()).toMatch(/golden sun[\s\S]*fast, many rocks/);
		expect(await page.getByRole('status').filter({ hasText: 'The room sounds playful' }).count()).toBe(1);
		visitor.bench.see(withdrawn(ADA));
		await shows(page, 'mood', 'neutral');
		visitor.bench.see({ ...heat('lounge', 0.9), at: Date.now() });
		await shows(page, 'mood', 'tense');
		expect(await page.locator('.panel').textContent()).toMatch(/eases: slow/);
		expect(await page.content()).not.toMatch(new RegExp(`${ADA}|${BEN}|v-[a-z0-9]{10}`));
	});

	it('is played by keys, is paused and goes on, and sounds only when asked to', async () => {
		const page = await open();
		await shows(page, 'mode', 'attract');
		await page.keyboard.down('ArrowUp');
		await shows(page, 'mode', 'play');
		await page.keyboard.up('ArrowUp');
		expect(await page.locator('#say').textContent()).toBe('');
		await page.keyboard.press('p');
		await shows(page, 'mode', 'paused');
		const before = await picture(page);
		await page.waitForTimeout(300);
		expect(await picture(page)).toBe(before);
		await page.getByRole('button', { name: 'Play' }).click();
		await shows(page, 'mode', 'play');
		await until(async () => (await picture(page)) !== before, PATIENCE_MS);

		const sound = page.getByRole('button', { name: 'Sound: off' });
		expect(await sound.getAttribute('aria-pressed')).toBe('false');
		await sound.focus();
		await page.keyboard.press('Enter');
		await page.getByRole('button', { name: 'Sound: on', pressed: true }).waitFor(PATIENT);
		await page.keyboard.press('m');
		await sound.waitFor(PATIENT);
		expect(visitor.complaints).toEqual([]);
	});

	it('waits, still, for those who asked for less motion', async () => {
		const page = await open({ reducedMotion: 'reduce' });
		await shows(page, 'mode', 'paused');
		await page.getByText('your system asks for less motion').waitFor(PATIENT);
		await page.getByRole('button', { name: 'Play' }).click();
		await shows(page, 'mode', 'attract');
		await until(async () => (await score(page)) > 0, PATIENCE_MS);
	});

	it('asks nobody but its own server, and keeps to the policy', async () => {
		const page = await open();
		everyone(-0.4, 0.4);
		await shows(page, 'mood', 'tense');
		expect([...new Set(visitor.requests.map((address) => new URL(address).origin))]).toEqual([visitor.bench.url]);
		expect(visitor.complaints).toEqual([]);
	});

	it.each(['dark', 'light'] as const)(
		'has no barrier that axe finds, in %s colours, on a phone and a desk',
		async (colorScheme) => {
			const page = await open({ ...MOVING, colorScheme, viewport: { width: 360, height: 740 } });
			everyone(0.4, -0.3);
			await shows(page, 'mood', 'serene');
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
			expect(await barriers(page)).toEqual([]);
			await page.setViewportSize({ width: 1280, height: 800 });
			expect(await barriers(page)).toEqual([]);
		},
	);
});
