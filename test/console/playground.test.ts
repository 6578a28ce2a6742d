import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { openAudioBench } from '../web/audio-support.ts';
import { barriers, openStudio, openVisitor, type Studio, type Visitor } from './support.ts';
import { type FakeMicrophone, fakeMicrophone } from './voice.ts';

const PATIENT = { timeout: 60_000 };
const MICROPHONE = { permissions: ['microphone'] };

let studio: Studio;
let visitor: Visitor;
let microphone: FakeMicrophone;
beforeAll(async () => {
	microphone = await fakeMicrophone(['ravdess/03-01-05-02-02-01-07']);
	studio = await openStudio(microphone.args);
}, 120_000);
afterAll(async () => {
	await studio?.[Symbol.asyncDispose]();
	await microphone?.[Symbol.asyncDispose]();
});
afterEach(() => visitor[Symbol.asyncDispose]());

async function visit(options: Parameters<typeof openVisitor>[1] = MICROPHONE, audio: object = {}): Promise<Visitor> {
	visitor = await openVisitor(studio, options, (services) => openAudioBench(audio, { services }));
	await visitor.page.goto(visitor.bench.web.signInUrl);
	await visitor.page.getByRole('link', { name: 'Playground' }).click(PATIENT);
	await visitor.page.getByRole('heading', { name: 'Speak and see' }).waitFor(PATIENT);
	return visitor;
}

const begin = async ({ page }: Visitor): Promise<void> => {
	await page.getByRole('checkbox').check(PATIENT);
	await page.getByRole('button', { name: 'Start' }).click();
};

describe('the playground', { timeout: 180_000 }, () => {
	it('shows how real speech from the microphone sounds, and stops when it is told to', async () => {
		const { page, bench, complaints, requests } = await visit();
		await begin(visitor);
		await page.getByText('The bot is listening.').waitFor(PATIENT);
		await page.locator('.is-speech').waitFor(PATIENT);
		await until(async () => Number(await page.getByRole('meter').getAttribute('value')) > -40, PATIENT.timeout);
		// Read at once: the next utterance is on its way.
		let text = '';
		await until(async () => {
			text = (await page.locator('.shown:not(.is-open)').textContent(PATIENT)) ?? '';
			return text.startsWith('Anger');
		}, PATIENT.timeout);
		expect(text).toMatch(/^AngerConfidence \d+\s%valence−0\.\d\darousal\+0\.\d\d/);
		const shares = EMOTIONS.map((emotion) => Number(new RegExp(`${emotion}(\\d+)\\s%`).exec(text)?.[1]));
		expect(shares[0]).toBeGreaterThan(50);
		expect(shares.reduce((sum, share) => sum + share)).toBeGreaterThan(95);
		expect(await page.locator('.history li').first().textContent()).toMatch(/anger\s*\d+\s% sure/);
		expect(await page.locator('.history .strip rect').count()).toBeGreaterThan(0);
		expect(await barriers(page)).toEqual([]);

		await page.getByRole('button', { name: 'Stop' }).click();
		await page.getByText('The microphone is off.', { exact: true }).waitFor(PATIENT);
		expect(await page.locator('.microphone .problem').count()).toBe(0);
		expect(Number(await page.getByRole('meter').getAttribute('value'))).toBe(-60);
		expect(complaints).toEqual([]);
		expect([...new Set(requests.map((address) => new URL(address).host))]).toEqual([new URL(bench.url).host]);
	});

	it('is one more session on the board, under a pseudonym, which ends when the view is left', async () => {
		const { page, bench } = await visit();
		await begin(visitor);
		await page.getByText('The bot is listening.').waitFor(PATIENT);
		const state = async (): Promise<string> =>
			String(await page.evaluate(`fetch('/api/v1/state').then((answer) => answer.text())`));
		const sessions = async (): Promise<number> => JSON.parse(await state()).sessions.length;
		await until(async () => (await sessions()) === 1, PATIENT.timeout);
		expect(await state()).not.toContain('playground');
		await page.getByRole('link', { name: 'Board' }).click();
		await page.getByRole('heading', { name: 'Voice sessions' }).waitFor(PATIENT);
		await until(async () => (await sessions()) === 0, PATIENT.timeout);
		await page.goBack();
		await page.getByText('The microphone is off.', { exact: true }).waitFor(PATIENT);
		expect(page.url()).toBe(`${bench.url}/playground`);
		expect(await page.locator('.history li').count()).toBe(0);
	});

	it('opens no microphone before everybody agreed', async () => {
		const { page, bench, requests } = await visit();
		await page.evaluate(`(() => {
			const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
			globalThis.asked = 0;
			navigator.mediaDevices.getUserMedia = (wanted) => (globalThis.asked++, real(wanted));
		})()`);
		await page.getByRole('button', { name: 'Start' }).click();
		expect(await page.locator('input:focus:invalid').count()).toBe(1);
		expect(await page.evaluate('globalThis.asked')).toBe(0);
		expect(requests.filter((address) => address.includes('worklet'))).toEqual([]);
		const { headers } = await fetch(bench.url);
		expect(headers.get('permissions-policy')).toMatch(/microphone=\("?self"?\)/);
	});

	it('works by keyboard alone', async () => {
		const { page } = await visit();
		const press = async (role: string, key: string): Promise<void> => {
			for (let presses = 0; presses < 12; presses++) {
				const found = await page.evaluate('document.activeElement.type ?? document.activeElement.tagName');
				if (found === role) break;
				await page.keyboard.press('Tab');
			}
			await page.keyboard.press(key);
		};
		expect(await page.title()).toMatch(/^Playground/);
		expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
		await press('checkbox', 'Space');
		await press('submit', 'Enter');
		await page.getByText('The bot is listening.').waitFor(PATIENT);
		await page.keyboard.press('Enter');
		await page.getByText('The microphone is off.', { exact: true }).waitFor(PATIENT);
	});

	it('says in plain words what went wrong', async () => {
		const { page } = await visit({}, {});
		await begin(visitor);
		const problem = page.locator('.microphone .problem');
		await problem.waitFor(PATIENT);
		expect(await problem.textContent()).toMatch(/does not let this page use the microphone/);
		expect(await barriers(page)).toEqual([]);
	});

	it('says that the bot does not take the connection, or has had enough', async () => {
		const { page } = await visit(MICROPHONE, { enabled: false });
		await begin(visitor);
		await page
			.getByText(/does not take the connection/)
			.first()
			.waitFor(PATIENT);
		await visitor[Symbol.asyncDispose]();
		await visit(MICROPHONE, { maxConnections: 1, maxPerToken: 1 });
		await begin(visitor);
		await visitor.page.getByText('The bot is listening.').waitFor(PATIENT);
		const second = await visitor.page.context().newPage();
		await second.goto(`${visitor.bench.url}/playground`);
		await begin({ ...visitor, page: second });
		await second
			.getByText(/hears as many voices as it can|connected several times/)
			.first()
			.waitFor(PATIENT);
	});

	it('lets go of the microphone when the bot ends', async () => {
		const { page, bench } = await visit();
		await page.evaluate(`(() => {
			const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
			navigator.mediaDevices.getUserMedia = async (wanted) => (globalThis.given = await real(wanted));
		})()`);
		await begin(visitor);
		await page.getByText('The bot is listening.').waitFor(PATIENT);
		expect(await page.evaluate('given.getTracks().map(({ readyState }) => readyState)')).toEqual(['live']);
		await bench[Symbol.asyncDispose]();
		await page.getByText('The bot is ending.').first().waitFor(PATIENT);
		expect(await page.evaluate('given.getTracks().map(({ readyState }) => readyState)')).toEqual(['ended']);
	});

	it('has no barrier that axe finds in light and in dark, and fits a phone', async () => {
		for (const colorScheme of ['light', 'dark'] as const) {
			const { page } = await visit({ ...MICROPHONE, colorScheme, viewport: { width: 360, height: 740 } });
			expect(await barriers(page)).toEqual([]);
			await begin(visitor);
			await page.locator('.shown:not(.is-open)').waitFor(PATIENT);
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
			expect(await barriers(page)).toEqual([]);
			if (colorScheme === 'light') await visitor[Symbol.asyncDispose]();
		}
	});
});
