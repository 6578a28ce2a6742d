import type { EmotionResult, HeatState } from '../../domain/index.ts';
import { channelHeat, type EmotionContext, smoothing } from '../../middleware/index.ts';
import type { Config } from '../config.ts';
import type { Escalation, HeatPoint } from './model.ts';

export type HeatSettings = Pick<Config['middleware'], 'smoothing' | 'heat'>;

/**
 * Tension after each utterance, by the very steps that follow a live channel: sustained anger, falling valence and a
 * rise above what is usual in this recording.
 *
 * @param results in order of time
 */
export async function heatOf(results: readonly EmotionResult[], settings: HeatSettings): Promise<HeatPoint[]> {
	const smooth = smoothing(settings.smoothing);
	const heat = channelHeat(() => {}, settings.heat);
	const points: HeatPoint[] = [];
	for (const result of results) {
		const context: EmotionContext = {
			result,
			guildId: '',
			channelId: '',
			locale: 'en',
			at: result.endMs,
			signal: new AbortController().signal,
		};
		await smooth.run(context, async () => {
			await heat.run(context, async () => {});
		});
		if (!context.heat) continue;
		const { score, state, reasons } = context.heat;
		points.push({ atMs: result.endMs, score, state, reasons });
	}
	return points;
}

/** From when it was no longer calm until it was again. */
export function escalationsOf(points: readonly HeatPoint[]): Escalation[] {
	const found: Escalation[] = [];
	let open: HeatPoint[] = [];
	const close = (endMs?: number): void => {
		const [first] = open;
		if (!first) return;
		const peak = open.reduce((most, point) => (point.score > most.score ? point : most));
		found.push({
			startMs: first.atMs,
			peakMs: peak.atMs,
			...(endMs !== undefined && { endMs }),
			level: open.some(({ state }) => state === 'hot') ? 'hot' : 'warm',
			peak: peak.score,
			reasons: peak.reasons,
		});
		open = [];
	};
	for (const point of points) {
		if (point.state !== 'calm') open.push(point);
		else close(point.atMs);
	}
	close();
	return found;
}

/** Where the state changed, each with the state before. */
export function changesOf(points: readonly HeatPoint[]): { readonly point: HeatPoint; readonly before: HeatState }[] {
	let before: HeatState = 'calm';
	return points.flatMap((point) => {
		const change = point.state === before ? [] : [{ point, before }];
		before = point.state;
		return change;
	});
}
