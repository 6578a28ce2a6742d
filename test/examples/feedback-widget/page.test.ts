import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmotionLabel } from '../../../src/domain/index.ts';
import { barriers, type Visitor } from '../../console/support.ts';
import { ADA, BEN, emotion, ended, HOME, started, withdrawn } from '../../web/support.ts';
import { type Gallery, linkTo, openGallery } from '../gallery.ts';

const PATIENT = { timeout: 60_000 };

vi.setConfig({ testTimeout: 180_000 });

let gallery: Gallery;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
	gallery = await openGallery();
}, 120_000);
afterAll(() => gallery[Symbol.asyncDispose]());
afterEach(() => visitor[Symbol.asyncDispose]());

async function open(options: Parameters<Gallery['visit']>[0] = {}): Promise<void> {
	visitor = await gallery.visit(options);
	({ page } = visitor);
	visitor.bench.see(started('lounge'));
	await page.goto(linkTo(visitor, 'feedback-widget'));
}
const say = (who: string, label: EmotionLabel, startMs: number, utteranceId: string): void =>
	visitor.bench.see(emotion('lounge', who, { label, startMs, endMs: startMs + 2000, utteranceId, confidence: 0.7 }));
/** The widget has noted so many of the person's utterances. */
const noted = (moments: number): Promise<void> =>
	page.locator(`emotion-feedback[data-moments="${moments}"]`).waitFor({ ...PATIENT, state: 'attached' });
const received = (): Promise<string | null> => page.locator('#received').textContent();

/** A token for Ada alone, as `ses token create --member` makes it. */
async function useToken(): Promise<void> {
	const token = await visitor.bench.tokens.create({
		name: 'widget',
		scopes: ['feed:read'],
		guilds: [HOME],
		member: ADA,
	});
	await page.getByLabel('Or a member’s token').fill(token);
	await page.getByRole('button', { name: 'Use' }).click();
	await page.getByText('Noting how you sound').waitFor(PATIENT);
}

describe('the feedback widget, with the real feed and a member’s token', () => {
	it('asks after the conversation, shows the person’s own moments only, and sends what they pressed send for', async () => {
		await open();
		await useToken();
		say(ADA, 'happiness', 3000, 'mine-1');
		say(BEN, 'fear', 6000, 'others');
		say(ADA, 'anger', 65_000, 'mine-2');
		await noted(2);
		const before = visitor.requests.length;
		visitor.bench.see(ended('lounge'));

		await page.getByRole('heading', { name: 'How did it go?' }).waitFor(PATIENT);
		const heard = page.getByRole('region', { name: 'How you sounded' });
		expect(await heard.textContent()).toMatch(/0:03sounded happy[\s\S]*1:05sounded angry/);
		expect(await heard.textContent()).not.toMatch(/afraid 50|sounded afraid/);
		await page.getByRole('button', { name: 'Send' }).click();
		await page.getByRole('alert').filter({ hasText: 'say first how it went' }).waitFor(PATIENT);

		await page.getByRole('radio', { name: 'Well', exact: true }).check({ force: true });
		await page.getByLabel('1:05: I’d say').selectOption('surprised');
		await heard.getByText('sounded surprised 50 %').waitFor(PATIENT);
		await page.getByLabel('Anything else?').fill('Too long.');
		await page.getByText('Exactly what will be sent').click();
		const preview = await page.locator('emotion-feedback pre').textContent();
		expect(await received()).toContain('Nothing yet');
		expect(visitor.requests.slice(before)).toEqual([]);

		await page.getByRole('button', { name: 'Send' }).click();
		await page.getByText('Thank you').waitFor(PATIENT);
		expect(await received()).toBe(preview);
		expect(JSON.parse(preview ?? '')).toEqual({
			rating: 4,
			comment: 'Too long.',
			corrections: [{ utteranceId: 'mine-2', heard: 'anger', said: 'surprise' }],
			sessionId: 'lounge',
		});
		expect(await page.locator('emotion-feedback').getAttribute('data-moments')).toBe('0');
		expect(visitor.complaints).toEqual([]);
	});

	it('forgets what it noted when the person withdraws, and when they would rather not', async () => {
		await open();
		await useToken();
		say(ADA, 'calm', 0, 'a');
		await noted(1);
		visitor.bench.see(withdrawn(BEN));
		visitor.bench.see(withdrawn(ADA));
		await page.getByText('You withdrew').waitFor(PATIENT);
		await noted(0);
		say(ADA, 'calm', 9000, 'b');
		await noted(1);
		await page.getByRole('button', { name: 'End the conversation' }).click();
		await page.getByRole('button', { name: 'Not now' }).click();
		await noted(0);
		await page.getByRole('button', { name: 'End the conversation' }).click();
		await page.getByText('Nothing of you was heard').waitFor(PATIENT);
		expect(await received()).toContain('Nothing yet');
	});

	it('keeps all that was filled in when it cannot be sent', async () => {
		await open();
		await useToken();
		await page.evaluate(`document.querySelector('emotion-feedback').onSend = async () => { throw new Error('down'); }`);
		await page.getByRole('button', { name: 'End the conversation' }).click();
		await page.getByRole('radio', { name: 'So-so' }).check({ force: true });
		await page.getByLabel('Anything else?').fill('still here');
		await page.getByRole('button', { name: 'Send' }).click();
		await page.getByText('It could not be sent').waitFor(PATIENT);
		expect(await page.getByLabel('Anything else?').inputValue()).toBe('still here');
		expect(await page.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true);
	});

	it('shows nothing with a token that tells of everyone', async () => {
		await open();
		const token = await visitor.bench.tokens.create({ name: 'all', scopes: ['feed:read'], guilds: [HOME] });
		await page.getByLabel('Or a member’s token').fill(token);
		await page.getByRole('button', { name: 'Use' }).click();
		await page.getByText('Noting how you sound').waitFor(PATIENT);
		say(ADA, 'calm', 0, 'a');
		await noted(1);
		say(BEN, 'anger', 3000, 'b');
		await noted(0);
		await page.getByRole('button', { name: 'End the conversation' }).click();
		await page.getByText('tells of several people').waitFor(PATIENT);
	});

	it('says why when the token is no good', async () => {
		await open();
		await page.getByLabel('Or a member’s token').fill('ses_nonsense');
		await page.getByRole('button', { name: 'Use' }).click();
		await page.getByText('The feed cannot be read: The token is not good').waitFor(PATIENT);
	});
});

describe.each(['dark', 'light'] as const)('in %s colours', (colorScheme) => {
	it('lets the operator choose a voice, and has no barrier that axe finds, on a phone and a desk', async () => {
		await open({ colorScheme, viewport: { width: 360, height: 740 } });
		say(BEN, 'sadness', 0, 'b');
		say(ADA, 'happiness', 3000, 'a');
		await page
			.locator('#speaker option')
			.nth(2)
			.waitFor({ ...PATIENT, state: 'attached' });
		await page.getByLabel('Your voice').selectOption({ index: 2 });
		await noted(1);
		expect(await barriers(page)).toEqual([]);
		await page.getByRole('button', { name: 'End the conversation' }).click();
		await page.getByText('sounded happy 100').waitFor(PATIENT);
		await page.getByRole('radio', { name: 'Badly', exact: true }).check({ force: true });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
		expect(await barriers(page)).toEqual([]);
		await page.setViewportSize({ width: 1280, height: 900 });
		expect(await barriers(page)).toEqual([]);
	});
});
