import { extname } from 'node:path';
import { type ChartRendererOptions, createChartRenderer, type DescribedChartRenderer } from '../renderer.ts';
import { DrawingThread } from './drawing-thread.ts';
import { packMoods } from './packed-moods.ts';

const SCRIPT = new URL(`./draw${extname(import.meta.url)}`, import.meta.url);
const DEADLINE_MS = 30_000;
const IDLE_MS = 5 * 60_000;

export interface ThreadedChartOptions extends ChartRendererOptions {
	/** How long one chart may take; 30 s by default, for a machine that is busy and a thread that has to start. */
	readonly deadlineMs?: number;
	/** After how long without charts their thread ends; 5 minutes by default. */
	readonly idleMs?: number;
	/** In place of what draws. */
	readonly script?: URL;
}

export interface ThreadedChartRenderer extends DescribedChartRenderer, AsyncDisposable {
	/** Whether there is a thread at the moment. */
	readonly isRunning: boolean;
}

/**
 * The charts of {@link createChartRenderer}, drawn in a thread of their own: drawing one takes a quarter of a
 * second and more, in which no voice packet would be read. Its charts reject with SesError `SES_CHART_FAILED`.
 */
export function createThreadedChartRenderer(options: ThreadedChartOptions = {}): ThreadedChartRenderer {
	const { deadlineMs = DEADLINE_MS, idleMs = IDLE_MS, script = SCRIPT } = options;
	const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
	const words = createChartRenderer({ timeZone });
	const thread = new DrawingThread({ script, data: { timeZone }, deadlineMs, idleMs });

	return {
		...words,
		moodChart({ entries, ...request }) {
			const moods = packMoods(entries);
			return thread.draw({ kind: 'mood', request: { ...request, moods } }, [moods.numbers.buffer]);
		},
		trendChart({ entries, ...request }) {
			const moods = packMoods(entries);
			return thread.draw({ kind: 'trend', request: { ...request, moods } }, [moods.numbers.buffer]);
		},
		groupChart: (request) => thread.draw({ kind: 'group', request }),
		heatChart: (request) => thread.draw({ kind: 'heat', request }),
		get isRunning() {
			return thread.isRunning;
		},
		[Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
	};
}
