import { setTimeout as delay } from 'node:timers/promises';
import { openStudio, openVisitor } from '../test/console/support.ts';
import { emotion, heat, started } from '../test/web/support.ts';

/**
 * What the console costs a browser: time to the first paint on loopback, and the share of a core that the page's
 * main thread takes with 60 events a second over 32 lanes, both as Chromium's DevTools protocol tells them.
 *
 *     node scripts/measure-console.ts
 */
const LANES = 32;
const EVENTS_PER_S = 60;
const MEASURED_S = 20;
const TICK_MS = 50;
const LABELS = ['anger', 'calm', 'happiness', 'neutral', 'sadness'] as const;

await using studio = await openStudio();
await using visitor = await openVisitor(studio, { viewport: { width: 1280, height: 900 }, reducedMotion: null });
const { bench, page } = visitor;
bench.see(started('load'));
await page.goto(bench.web.signInUrl);
await page.getByText('Live', { exact: true }).waitFor();
// A second visit: the first one went through the sign-in link.
await page.reload();
await page.getByText('Live', { exact: true }).waitFor();
const firstPaintMs = Number(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"));

const devTools = await page.context().newCDPSession(page);
await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
const readings = async (): Promise<Map<string, number>> => {
	const { metrics } = await devTools.send('Performance.getMetrics');
	return new Map(metrics.map(({ name, value }) => [name, value]));
};

let sent = 0;
let turns = 0;
/** Sends as many as are due, however late the timer is. */
async function play(seconds: number): Promise<void> {
	const begin = performance.now();
	const already = sent;
	while (performance.now() - begin < seconds * 1000) {
		const due = already + ((performance.now() - begin) / 1000) * EVENTS_PER_S;
		for (; sent < due; sent++) {
			const label = LABELS[sent % LABELS.length] ?? 'neutral';
			if (sent % 8 === 0) bench.see({ ...heat('load', (sent % 100) / 100), at: Date.now() });
			else bench.see(emotion('load', `14560744439849950${String(turns++ % LANES).padStart(2, '0')}`, { label }));
		}
		await delay(TICK_MS);
	}
}

await play(5);
const [before, from, first] = [await readings(), performance.now(), sent];
await play(MEASURED_S);
const [after, elapsedS] = [await readings(), (performance.now() - from) / 1000];
const spent = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
const lanes = await page.locator('.lane').count();

process.stdout.write(
	`first paint ${firstPaintMs.toFixed(0)} ms
${lanes} lanes, ${((sent - first) / elapsedS).toFixed(0)} events a second for ${elapsedS.toFixed(0)} s: main thread ${((spent('TaskDuration') / elapsedS) * 100).toFixed(1)} % of a core (script ${((spent('ScriptDuration') / elapsedS) * 100).toFixed(1)} %, layout and style ${(((spent('LayoutDuration') + spent('RecalcStyleDuration')) / elapsedS) * 100).toFixed(1)} %)
`,
);
