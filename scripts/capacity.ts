/** What a figure of docs/benchmarks.md says, in seconds of a core. */
export interface MeasuredCosts {
	/** `receive/live`: a packet from the socket to the segmenter, sixteen speakers in real time. */
	readonly packetS: number;
	/** `inference/worker-8`: a second of speech. */
	readonly speechS: number;
	/** `queue/redis-throughput`: an utterance of 3 s through Redis and back, both sides and Redis itself. */
	readonly redisS: number;
	/** `queue/redis-pcm`: the same without the codec, whose work is that of bots and workers. */
	readonly carryS: number;
	/** `middleware/onion` and `storage/record`: what an utterance brings about. */
	readonly effectS: number;
}

const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1 };

/** Discord sends a packet every 20 ms. */
const PACKETS_PER_S = 50;
/** As long as those of the benchmarks. */
const UTTERANCE_S = 3;
/** A core that is busier than this has no room for bursts. */
const BUSY = 0.6;
/** Audio through Redis, in bytes for each second of speech (`inference.redisAudio: compact`). */
const AUDIO_BYTES_PER_S = 7_250;

/**
 * @param benchmarks the text of docs/benchmarks.md
 * @throws when a row is missing
 */
export function measuredCosts(benchmarks: string): MeasuredCosts {
	const costOf = (row: string): number => {
		const [, figure, unit = ''] =
			new RegExp(`^\\| \`${row}\` \\|[^|]*\\|[^|]*\\| ([\\d.]+) (\\S+) \\|`, 'm').exec(benchmarks) ?? [];
		const seconds = Number(figure) * (SECONDS[unit] ?? Number.NaN);
		if (!(seconds > 0)) throw new Error(`docs/benchmarks.md has no figure for ${row}.`);
		return seconds;
	};
	return {
		packetS: costOf('receive/live'),
		speechS: costOf('inference/worker-8'),
		redisS: costOf('queue/redis-throughput'),
		carryS: costOf('queue/redis-pcm'),
		effectS: costOf('middleware/onion') + costOf('storage/record'),
	};
}

/** Milliseconds of a bot's core for each second that one member speaks, the way through Redis not included. */
export const hearingMsOf = ({ packetS, effectS }: MeasuredCosts): number =>
	1e3 * (PACKETS_PER_S * packetS + effectS / UTTERANCE_S);

export interface Demand {
	readonly speakers: number;
	readonly utterancesPerS: number;
	/** Processes of `ses start`, each with one busy core. */
	readonly bots: number;
	/** Cores of `ses worker`; with the embedded queue, those of the bot's inference threads. */
	readonly workerCores: number;
	/** 0 where the embedded queue of a single bot will do. */
	readonly redisServers: number;
	/** In one direction; the same goes out again. */
	readonly redisBitsPerS: number;
	/** Of bots, workers and Redis. */
	readonly cores: number;
}

/** @param speakers who speak in the same moment; those who are silent cost next to nothing */
export function demandOf(speakers: number, { packetS, speechS, redisS, carryS, effectS }: MeasuredCosts): Demand {
	const utterancesPerS = speakers / UTTERANCE_S;
	const heard = speakers * PACKETS_PER_S * packetS + utterancesPerS * effectS;
	const spoken = speakers * speechS;
	const alone = { bots: Math.ceil(heard / BUSY), workerCores: Math.ceil(spoken / BUSY) };
	if (alone.bots === 1 && alone.workerCores === 1) {
		return { speakers, utterancesPerS, ...alone, redisServers: 0, redisBitsPerS: 0, cores: 2 };
	}
	// What was measured is bot, worker and Redis together; each is charged with all of it, but Redis not with the codec.
	const carried = utterancesPerS * redisS;
	const bots = Math.ceil((heard + carried) / BUSY);
	const workerCores = Math.ceil((spoken + carried) / BUSY);
	const redisServers = Math.ceil((utterancesPerS * carryS) / BUSY);
	return {
		speakers,
		utterancesPerS,
		bots,
		workerCores,
		redisServers,
		redisBitsPerS: speakers * AUDIO_BYTES_PER_S * 8,
		cores: bots + workerCores + redisServers,
	};
}

const STEPS = [8, 100, 1_000, 10_000, 100_000, 1_000_000];

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

function rate(bitsPerS: number): string {
	if (bitsPerS === 0) return '–';
	const [value, unit] = bitsPerS < 1e9 ? [bitsPerS / 1e6, 'Mbit/s'] : [bitsPerS / 1e9, 'Gbit/s'];
	return `${Number(value.toPrecision(2))} ${unit}`;
}

/** The table of docs/scaling.md, in Markdown. */
export function capacityTable(costs: MeasuredCosts): string {
	const rows = STEPS.map((speakers) => demandOf(speakers, costs)).map(
		({ utterancesPerS, bots, workerCores, redisServers, redisBitsPerS, speakers, cores }) =>
			[
				grouped(speakers),
				utterancesPerS < 10 ? utterancesPerS.toFixed(1) : grouped(utterancesPerS),
				grouped(bots),
				grouped(workerCores),
				redisServers === 0 ? 'none' : grouped(redisServers),
				rate(redisBitsPerS),
				grouped(cores),
			].join(' | '),
	);
	return [
		'| speakers at once | utterances/s | bot processes | worker cores | Redis servers | audio into Redis | cores in all |',
		'| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
		...rows.map((row) => `| ${row} |`),
	].join('\n');
}

/** The arithmetic for one speaker, as a list. */
export function arithmetic(costs: MeasuredCosts): string {
	const ms = (seconds: number): string => `${(seconds * 1e3).toPrecision(3)} ms`;
	const { packetS, speechS, redisS, carryS, effectS } = costs;
	return [
		`- hearing: ${PACKETS_PER_S} packets × ${ms(packetS)} = ${ms(PACKETS_PER_S * packetS)}`,
		`- what it brings about: ${ms(effectS)} ÷ ${UTTERANCE_S} s = ${ms(effectS / UTTERANCE_S)}`,
		`- inference: ${ms(speechS)}`,
		`- through Redis and back: ${ms(redisS)} ÷ ${UTTERANCE_S} s = ${ms(redisS / UTTERANCE_S)}, of which ${ms(carryS / UTTERANCE_S)} without the codec`,
	].join('\n');
}

const BLOCK = /(<!-- capacity: written by `npm run docs` -->\n)[\s\S]*?(\n<!-- end of capacity -->)/;

/** @returns the page with its figures as they follow from the benchmarks */
export function withCapacity(page: string, benchmarks: string): string {
	const costs = measuredCosts(benchmarks);
	if (!BLOCK.test(page)) throw new Error('docs/scaling.md has lost the marks of its table.');
	return page.replace(BLOCK, (_, open, close) => `${open}\n${arithmetic(costs)}\n\n${capacityTable(costs)}\n${close}`);
}
