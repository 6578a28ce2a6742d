import { EMOTIONS, type EmotionLabel, type EmotionResult, type UnsureReason } from '../../domain/index.ts';
import type { RecordingAnalysis } from '../analysis/analyze-recording.ts';
import type { Style } from './style.ts';
import { clockTime, duration, meter, pad, percent, printable, signed, table, widthOf } from './text.ts';
import { drawAxis, drawLegend, drawTimeline, type TimelineSpan, timelineCells } from './timeline.ts';

const MARGIN = '  ';
const NARROWEST = 40;
const WIDEST = 160;
const CONFIDENCE_COLUMNS = 8;

/** What is plainly said; what a voice might have been that the model is undecided of is said instead of that it is. */
const REASONS: Readonly<Record<Exclude<UnsureReason, 'low-confidence'>, string>> = {
	short: 'too short',
	quiet: 'too quiet',
	noisy: 'too noisy',
	clipped: 'clipped',
	lossy: 'too much lost',
	overlapped: 'others spoke, too',
	'not-speech': 'not speech',
};

export interface ViewOptions {
	/** Columns of the terminal. */
	readonly width: number;
	readonly style: Style;
}

/** The report on one recording: heading, table of utterances, timelines, summary. */
export function drawAnalysis(analysis: RecordingAnalysis, options: ViewOptions): string {
	const { style } = options;
	const width = Math.min(Math.max(options.width, NARROWEST), WIDEST);
	const channels =
		analysis.channelCount === 1 ? 'mono' : analysis.channelCount === 2 ? 'stereo' : `${analysis.channelCount} channels`;
	const facts = [analysis.format, channels, duration(analysis.durationMs)].join(' · ');
	const sections = [
		[`${style.bold(printable(analysis.file))}  ${style.dim(facts)}`],
		utteranceTable(analysis, options),
		timelines(analysis, width - MARGIN.length, style),
		summary(analysis, style),
	];
	return sections.map((lines) => lines.map((line) => `${MARGIN}${line}`.trimEnd()).join('\n')).join('\n\n');
}

/** `L` and `R` where there are two, numbers (from 0, as in the JSON) otherwise. */
export function channelName(channel: number, count: number): string {
	return count === 2 ? (channel === 0 ? 'L' : 'R') : String(channel);
}

function utteranceTable(analysis: RecordingAnalysis, { style }: ViewOptions): string[] {
	const showsChannel = analysis.channelCount > 1;
	const timeColumns = clockTime(analysis.durationMs).length;
	const rows = analysis.results.map(({ channel, result }) => {
		const { label, confidence } = result;
		const gauge = meter(confidence, CONFIDENCE_COLUMNS);
		return [
			`${pad(clockTime(result.startMs), timeColumns, 'right')} – ${pad(clockTime(result.endMs), timeColumns, 'right')}`,
			...(showsChannel ? [channelName(channel, analysis.channelCount)] : []),
			style.label(label, label),
			`${style.label(label, gauge.filled)}${style.dim(gauge.rest)} ${pad(percent(confidence), 5, 'right')}`,
			signed(result.valence),
			signed(result.arousal),
			style.dim(note(result)),
		];
	});
	const columns = [
		{ title: 'time' },
		...(showsChannel ? [{ title: 'ch' }] : []),
		{ title: 'emotion' },
		{ title: pad('confidence', CONFIDENCE_COLUMNS + 6) },
		{ title: 'valence', align: 'right' },
		{ title: 'arousal', align: 'right' },
		{ title: 'note' },
	] as const;
	return table(columns, rows, style.dim);
}

/** Why there is no label, and what it might have been; or what a label should be read with. */
function note({ quality, label, unsureReason, dominantSound, probabilities }: EmotionResult): string {
	const sound = dominantSound ? [dominantSound] : [];
	if (unsureReason && unsureReason !== 'low-confidence') return [REASONS[unsureReason], ...sound].join(', ');
	const ranked = [...EMOTIONS].sort((a, b) => probabilities[b] - probabilities[a]);
	const notes = label === 'unsure' ? [`${ranked[0]} or ${ranked[1]}`, ...sound] : sound;
	if (quality.clippedShare > 0.01) notes.push(`${percent(quality.clippedShare)} clipped`);
	if (quality.lossShare > 0.05) notes.push(`${percent(quality.lossShare)} lost`);
	if (quality.snrDb < 10) notes.push(`SNR ${Math.round(quality.snrDb)} dB`);
	return notes.join(', ');
}

function timelines(analysis: RecordingAnalysis, width: number, style: Style): string[] {
	const names = analysis.channels.map((channel) => channelName(channel, analysis.channelCount));
	const gutter = analysis.channelCount > 1 ? Math.max(...names.map(widthOf)) + 1 : 0;
	const columns = width - gutter;
	const lines = analysis.channels.flatMap((channel, index) => {
		const cells = timelineCells(spansOf(analysis, channel), analysis.durationMs, columns);
		const drawn = drawTimeline(cells, style);
		// The name stands on the base line.
		return drawn.map((line, row) => {
			const name = row === drawn.length - 1 ? (names[index] as string) : '';
			return (gutter > 0 ? style.dim(pad(name, gutter)) : '') + line;
		});
	});
	const indent = ' '.repeat(gutter);
	const [ticks, times] = drawAxis(analysis.durationMs, columns);
	const below = [style.dim(ticks), style.dim(times), ...drawLegend(spansOf(analysis), columns, style)];
	return [...lines, ...below.map((line) => indent + line)];
}

function spansOf(analysis: RecordingAnalysis, channel?: number): TimelineSpan[] {
	return analysis.results.filter((row) => channel === undefined || row.channel === channel).map(({ result }) => result);
}

/** Milliseconds that at least one of the spans covers: the parts of a split utterance overlap. */
export function coveredMs(spans: readonly { readonly startMs: number; readonly endMs: number }[]): number {
	let covered = 0;
	let until = Number.NEGATIVE_INFINITY;
	for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
		covered += Math.max(0, endMs - Math.max(startMs, until));
		until = Math.max(until, endMs);
	}
	return covered;
}

function summary(analysis: RecordingAnalysis, style: Style): string[] {
	return analysis.channels.map((channel) => {
		const spans = spansOf(analysis, channel);
		const name = analysis.channelCount > 1 ? `${style.dim(channelName(channel, analysis.channelCount))} ` : '';
		const spoken = coveredMs(spans);
		if (spans.length === 0) return `${name}no speech`;
		const share = `${percent(spoken / analysis.durationMs)} speech`;
		const count = `${spans.length} utterance${spans.length === 1 ? '' : 's'}`;
		return `${name}${share} (${duration(spoken)}), ${count}: ${shares(spans, style)}`;
	});
}

const MOST_SHOWN = 4;

/** What was heard, by its share of the speaking time. */
function shares(spans: readonly TimelineSpan[], style: Style): string {
	const time = new Map<EmotionLabel, number>();
	let total = 0;
	for (const { label, startMs, endMs } of spans) {
		time.set(label, (time.get(label) ?? 0) + endMs - startMs);
		total += endMs - startMs;
	}
	return [...time]
		.sort(([, a], [, b]) => b - a)
		.slice(0, MOST_SHOWN)
		.map(([label, ms]) => `${style.label(label, label)} ${percent(ms / total)}`)
		.join(', ');
}
