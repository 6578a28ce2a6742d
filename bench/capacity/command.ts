import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { interruption } from '../harness/interruption.ts';
import { measureCapacity } from './capacity.ts';
import { stageChart } from './chart.ts';
import type { CapacityReport, Step } from './report.ts';

interface Flags {
	readonly most: number;
	readonly seconds: number;
	readonly limit: number;
	readonly minutes: number;
	readonly json?: boolean;
	readonly chart?: string;
}

function positive(text: string): number {
	const value = Number(text);
	if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
	return value;
}

const COLUMNS = [
	'speakers',
	'speech s',
	'answered',
	'p50 ms',
	'p95 ms',
	'p99 ms',
	'cores',
	'ms/speech s',
	'MiB',
	'late p95 ms',
];
const cells = (values: readonly (string | number)[]): string =>
	values.map((value, index) => String(value).padStart((COLUMNS[index] ?? '').length + 2)).join('');

const rowOf = ({ speakers, speechS, turns, answered, latencyMs, cores, msPerSpeechS, residentMiB, measuring }: Step) =>
	cells([
		speakers,
		speechS,
		`${answered}/${turns}`,
		latencyMs?.p50 ?? '–',
		latencyMs?.p95 ?? '–',
		latencyMs?.p99 ?? '–',
		cores.toFixed(3),
		msPerSpeechS.total,
		residentMiB,
		measuring.lateP95Ms,
	]);

const ENDED: Readonly<Record<CapacityReport['endedBy'], string>> = {
	limit: 'the latency passed its limit',
	measuring: 'the simulated Discord, not the bot, could not keep real time: its packets left late',
	most: 'all speakers that were asked for are heard; there is room for more',
};

/** As text for people. */
function lines(report: CapacityReport): string[] {
	const { endedBy, cost, speakersPerCore, memory, channels, perChannel, partials, hours, floors, stages } = report;
	return [
		`ended: ${ENDED[endedBy]}`,
		`cost: ${cost.slope} ms of processor time for each second of speech, ${(cost.intercept * 1000).toFixed(1)} ms a second at rest (R² ${cost.share})`,
		`speakers at once that one core has room for, by the slope: ${speakersPerCore}`,
		`memory: ${memory.slope} MiB a speaker over ${memory.intercept} (R² ${memory.share})`,
		...stages.map(
			({ speakers, shares }) =>
				`event loop with ${speakers}: ${Object.entries(shares)
					.map(([stage, share]) => `${stage} ${Math.round(share * 100)} %`)
					.join(', ')}`,
		),
		...channels.map(
			(each) =>
				`${each.speakers} speakers in ${each.channels} channels: ${each.msPerSpeechS} ms, ${each.residentMiB} MiB`,
		),
		`one channel more: ${perChannel.ms} ms for each second of speech, ${perChannel.mib} MiB`,
		partials &&
			`partial results: ${partials.withMs} ms with, ${partials.withoutMs} without, ${(partials.extraShare * 100).toFixed(1)} % more`,
		hours && `over ${hours.minutes} minutes: ${hours.coresPerHour} cores and ${hours.mibPerHour} MiB more an hour`,
		floors &&
			`floors: ${floors.packetsMs} ms for packets, ${floors.modelMs} ms for the model; the whole is ${floors.ratio} times their sum`,
	].filter((line) => typeof line === 'string');
}

async function capacity({ json = false, chart, limit: limitMs, ...rest }: Flags): Promise<void> {
	const out = json ? process.stderr : process.stdout;
	const say = (line: string): void => void out.write(`${line}\n`);
	say(cells(COLUMNS));
	const report = await measureCapacity({
		...rest,
		limitMs,
		signal: interruption(),
		onStep: (step) => say(rowOf(step)),
		onProgress: say,
	});
	if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
	else for (const line of lines(report)) say(line);
	if (chart !== undefined) await writeFile(chart, await stageChart(report));
}

/** `npm run bench -- capacity` */
export const capacityCommand = new Command('capacity')
	.description('How many simulated speakers the whole bot stands in real time, and what each costs (Linux).')
	.option('--most <number>', 'speakers at once at which it ends', positive, 32)
	.option('--seconds <number>', 'how long each number of speakers is watched', positive, 20)
	.option('--limit <ms>', '95th percentile from the end of an utterance to its effect at which it ends', positive, 700)
	.option('--minutes <number>', 'of a long run at the end, for what grows with the hours', Number, 0)
	.option('--chart <file>', 'write processor time by stage as PNG')
	.option('--json', 'print one JSON object, and what happens meanwhile to standard error')
	.action(capacity);
