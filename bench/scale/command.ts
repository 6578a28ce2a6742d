import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { hearingMsOf, measuredCosts } from '../../scripts/capacity.ts';
import { seededPrng } from '../../src/sim/index.ts';
import { interruption } from '../harness/interruption.ts';
import { describeMachine } from '../harness/machine.ts';
import { recordRedis, recordServiceTimes } from './record.ts';
import { type ScaleReport, scaleOf } from './report.ts';

const BENCHMARKS = new URL('../../docs/benchmarks.md', import.meta.url);

interface Flags {
	readonly speakers: number;
	readonly samples: number;
	readonly json?: boolean;
}

function positive(text: string): number {
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
	return value;
}

const grouped = (value: number): string => value.toLocaleString('en-US');
const COLUMNS = ['speakers', 'workers', 'busy', 'batch', 'p50 ms', 'p95 ms', 'p99 ms', 'under way', 'expired'];
const cells = (values: readonly string[]): string =>
	values.map((value, index) => value.padStart((COLUMNS[index] ?? '').length + 3)).join('');

const row = (each: ScaleReport['usual'][number]): string =>
	cells([
		grouped(each.speakers),
		grouped(each.workers),
		`${Math.round(100 * each.busy)} %`,
		each.meanBatch.toFixed(1),
		each.p50Ms.toFixed(0),
		each.p95Ms.toFixed(0),
		each.p99Ms.toFixed(0),
		grouped(each.mostUnderWay),
		`${(100 * each.expired).toFixed(1)} %`,
	]);

/** As text for people. */
function lines({ model, redis, usual, crowded, outages, limits }: ScaleReport): string[] {
	return [
		...model.map(
			({ batch, msPerUtterance, p95Ms }) =>
				`model, batch of ${batch}: ${msPerUtterance} ms an utterance, 95th percentile ${p95Ms}`,
		),
		...(redis
			? [
					`Redis: ${redis.serverMs} ms of the server an utterance, ${redis.endsMs} ms of bot and worker`,
					`Redis: ${grouped(Math.round(redis.bytesIn))} bytes in, ${grouped(Math.round(redis.bytesOut))} out, ${grouped(Math.round(redis.waitingBytes))} while one waits`,
				]
			: ['Redis: not recorded, redis-server is not on PATH']),
		'',
		'planned 60 % busy, from arrival to result:',
		cells(COLUMNS),
		...usual.map(row),
		'with fewer workers:',
		...crowded.map(row),
		...outages.flatMap((each) => [`${grouped(each.workersLeft)} workers left for 10 s:`, row(each)]),
		'',
		'room for so many speakers at once, planned 60 % busy:',
		...limits.map(({ what, speakers }) => `${what.padEnd(64)}${grouped(speakers).padStart(12)}`),
	];
}

async function scale({ speakers, samples, json = false }: Flags): Promise<void> {
	const signal = interruption();
	const times = await recordServiceTimes(samples, seededPrng(5), signal);
	signal.throwIfAborted();
	const redis = await recordRedis(8 * samples);
	signal.throwIfAborted();
	const hearingMs = hearingMsOf(measuredCosts(await readFile(BENCHMARKS, 'utf8')));
	const recorded = scaleOf({ times, redis, hearingMs }, speakers);
	const report: ScaleReport = { at: new Date().toISOString(), machine: await describeMachine(), ...recorded };
	const text = json ? JSON.stringify(report, null, 2) : lines(report).join('\n');
	process.stdout.write(`${text}\n`);
}

/** `npm run bench -- scale` */
export const scaleCommand = new Command('scale')
	.description('Records what a batch and a way through Redis take, and simulates a fleet with it (docs/scaling.md).')
	.option('--speakers <number>', 'who speak at once', positive, 100_000)
	.option('--samples <number>', 'recorded batches of each size', positive, 60)
	.option('--json', 'print one JSON object')
	.action(scale);
