import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import {
	ADA,
	alertRecord,
	BEN,
	emotion,
	ended,
	HOME,
	heat,
	LOUNGE,
	started,
	visitWith,
	withdrawn,
} from '../web/support.ts';
import { playScene, prepareScene } from './scene.ts';
import { barriers, openStudio, openVisitor, type Studio, type Visitor } from './support.ts';

const PATIENT = { timeout: 20_000 };

let studio: Studio;
let visitor: Visitor;
beforeAll(async () => {
	studio = await openStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());
afterEach(() => visitor[Symbol.asyncDispose]());

const live = async (): Promise<void> => {
	await visitor.page.getByText('Live', { exact: true }).waitFor(PATIENT);
};
const textOf = (selector: string): Promise<string | null> => visitor.page.locator(selector).textContent(PATIENT);

describe('signed out', () => {
	it('offers the ways in, and says what went wrong', async () => {
		visitor = await openVisitor(studio);
		const { page, bench } = visitor;
		await page.goto(`${bench.url}/sign-in?token=old`);
		await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor(PATIENT);
		expect(await page.getByRole('alert').allInnerTexts()).toContainEqual(expect.stringContaining('too old'));
		expect(await page.getByRole('link', { name: 'Sign in with Discord' }).count()).toBe(0);
		expect(await barriers(page)).toEqual([]);
	});
});

describe('signed in', () => {
	beforeEach(async () => {
		visitor = await openVisitor(studio);
		await prepareScene(visitor.bench);
		await visitor.page.goto(visitor.bench.web.signInUrl);
		await live();
	});

	it('shows sessions, alerts, rules, servers and the queue', async () => {
		const { page } = visitor;
		await page.getByRole('heading', { name: 'lounge', exact: true }).waitFor(PATIENT);
		expect(await page.locator('.session').count()).toBe(2);
		expect(await textOf('[data-alert="open"]')).toMatch(/\+0\.38\s+anger over several turns/);
		expect(await textOf('.rules')).toMatch(/Deescalate in lounge: wrote/);
		const minutes = page.locator('[data-alert="open"]').getByRole('img', { name: 'Heat in the 5 minutes before' });
		expect(await minutes.getAttribute('aria-label')).toMatch(/from 0\.02 up to 0\.63$/);
		expect(await page.getByRole('row', { name: 'Home 3 14 d monitor' }).count()).toBe(1);
		expect(await textOf('.engine')).toMatch(/model@1[\s\S]*Waiting\s*2/);
	});

	it('shows an emotion in the lane of its speaker, and nobody’s id', async () => {
		const { page, bench } = visitor;
		bench.see(emotion('lounge', ADA, { label: 'fear', confidence: 0.64, valence: -0.5, arousal: 0.3 }));
		const lane = page.locator('.lane').filter({ hasText: 'fear' });
		await lane.waitFor(PATIENT);
		expect(await lane.textContent()).toMatch(/v-[\s\S]*fear\s+64\s%[\s\S]*−0\.5[\s\S]*\+0\.3/);
		bench.see(emotion('lounge', BEN, { label: 'calm' }));
		bench.see(emotion('lounge', ADA, { label: 'happiness', confidence: 0.9 }));
		await page.locator('.lane').filter({ hasText: 'happiness' }).waitFor(PATIENT);
		expect(await page.locator('.lane').count()).toBe(2);
		expect(await page.locator('.lane').filter({ hasText: 'happiness' }).locator('.strip rect').count()).toBe(2);
		expect(await page.content()).not.toMatch(new RegExp(`${ADA}|${BEN}`));
	});

	it('takes those who withdraw and sessions that end off the page', async () => {
		const { page, bench } = visitor;
		bench.see(emotion('lounge', ADA));
		await page.locator('.lane').waitFor(PATIENT);
		bench.see(withdrawn(ADA));
		await page.locator('.lane').waitFor({ ...PATIENT, state: 'detached' });
		bench.see(ended('lounge'));
		await until(async () => (await page.locator('.session').count()) === 1, 20_000);
	});

	it('shows the heat with its reasons as it comes', async () => {
		const { page, bench } = visitor;
		bench.see(heat('lounge', 0.43));
		const session = page.locator('.session').filter({ hasText: 'lounge' });
		await session.getByText('0.43').waitFor(PATIENT);
		expect(await session.locator('.heat').textContent()).toMatch(/warm[\s\S]*\+0\.40\s+anger over several turns/);
		expect(await session.locator('.chart canvas').count()).toBe(1);
	});

	it('shows a rule that fires, and what the bot did, from the feed alone', async () => {
		const { page, bench } = visitor;
		await page.locator('.rules').getByText('Deescalate').waitFor(PATIENT);
		await page.route('**/api/v1/state', (route) => route.abort());
		const { type, text, ephemeral } = { type: 'reply', text: '', ephemeral: false } as const;
		bench.see({ type, at: Date.now(), channelId: LOUNGE, text, action: 'slowMode', cause: 'late-hours', ephemeral });
		await page.locator('.rules').getByText('in lounge: suggested slow mode').waitFor(PATIENT);
		expect(await textOf('.rules')).toContain('Late hours');
	});

	it('tells of an alert at once, and takes a verdict by keyboard alone', async () => {
		const { page, bench } = visitor;
		const { guildId, channelId, speakers, heat: _, ...told } = { ...alertRecord('fresh'), sessionId: 'lounge' };
		await bench.store.alerts.add({ ...told, guildId, channelId, speakers, heat: [] });
		bench.see({ type: 'alert', ...told });
		await page
			.getByRole('alert')
			.filter({ hasText: 'lounge turned angry' })
			.waitFor({ ...PATIENT, state: 'attached' });
		const focused = async (): Promise<string> =>
			String(
				await page.evaluate(`(() => {
					const { activeElement: at } = document;
					return (at?.closest('[data-alert]')?.dataset.alert ?? '') + ' ' + at?.textContent;
				})()`),
			);
		for (let presses = 0; presses < 20 && (await focused()) !== 'fresh False alarm'; presses++) {
			await page.keyboard.press('Tab');
		}
		expect(await focused()).toBe('fresh False alarm');
		await page.keyboard.press('Enter');
		await until(async () => (await bench.store.alerts.get(HOME, 'fresh'))?.verdict?.verdict === 'false-alarm', 20_000);
		await page.getByText('2 judged in the last seven days').waitFor(PATIENT);
	});

	it('reveals who an alert rests on for a reason, and names the lane', async () => {
		const { page, bench } = visitor;
		bench.see(emotion('lounge', ADA));
		await page.locator('.lane').waitFor(PATIENT);
		await page.locator('[data-alert="open"]').getByRole('button', { name: 'Reveal' }).click();
		await page.getByLabel('Reason').fill('a member asked for help');
		await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click();
		await page.locator('.lane').filter({ hasText: 'Ada' }).waitFor(PATIENT);
		const [entry] = await bench.store.audit.list(HOME, { from: 0, limit: 1 });
		expect(entry).toMatchObject({ action: 'reveal', detail: 'a member asked for help' });
	});

	it('asks nobody but its own server, and keeps to the policy', async () => {
		const { page, bench, requests, complaints } = visitor;
		playScene(bench);
		await page.locator('.lane').nth(3).waitFor(PATIENT);
		const origins = new Set(requests.map((address) => new URL(address).origin));
		expect([...origins]).toEqual([bench.url]);
		expect(complaints).toEqual([]);
	});

	it('notices when its session is ended from elsewhere', async () => {
		const { page, bench } = visitor;
		const cookies = await page.context().cookies();
		const elsewhere = await visitWith(bench.url, cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
		expect((await elsewhere.post('/api/v1/logout', {})).status).toBe(200);
		await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor(PATIENT);
		expect(await page.locator('.session, .alert').count()).toBe(0);
	});

	it('leaves nothing behind after signing out', async () => {
		const { page } = visitor;
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor(PATIENT);
		expect(await page.locator('.session, .alert').count()).toBe(0);
		await page.reload();
		await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor(PATIENT);
	});
});

describe.each(['dark', 'light'] as const)('in %s colours', (colorScheme) => {
	it('has no barrier that axe finds, at the width of a phone and of a desk', async () => {
		visitor = await openVisitor(studio, { colorScheme, viewport: { width: 360, height: 740 } });
		const { page, bench } = visitor;
		await prepareScene(bench);
		await bench.store.alerts.add({ ...alertRecord('unnamed'), channelId: '1456074443984994999' });
		await page.goto(bench.web.signInUrl);
		await live();
		playScene(bench);
		await page.locator('.lane').nth(3).waitFor(PATIENT);
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
		expect(await barriers(page)).toEqual([]);
		await page.setViewportSize({ width: 1280, height: 900 });
		expect(await barriers(page)).toEqual([]);
		await page.locator('[data-alert="open"]').getByRole('button', { name: 'Reveal' }).click();
		expect(await barriers(page)).toEqual([]);
	});
});

it('keeps a session that starts while the page is open', async () => {
	visitor = await openVisitor(studio);
	const { page, bench } = visitor;
	await page.goto(bench.web.signInUrl);
	await live();
	bench.see(started('later'));
	bench.see(emotion('later', ADA));
	await page.getByRole('heading', { name: 'lounge', exact: true }).waitFor(PATIENT);
	await page.locator('.lane').waitFor(PATIENT);
});
