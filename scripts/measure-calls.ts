import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openRecording } from '../src/audio/files/index.ts';
import { SAMPLE_RATE_HZ } from '../src/domain/index.ts';

/**
 * How fast `ses analyze` reads a recorded call, and how much memory it takes: makes a two-channel call of
 * recorded speech, runs the command on it, and deletes it.
 *
 *     node scripts/measure-calls.ts --hours 3
 *     node scripts/measure-calls.ts --hours 1 -- --kind conversation --report {out}
 *
 * What stands behind `--` goes to `ses analyze`; `{out}` is a folder that is deleted afterwards. With `taskset`
 * (Linux) everything runs on one core. Memory is the peak of the resident set (VmHWM) of the process.
 */
const SAMPLES = fileURLToPath(new URL('../samples/ravdess', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/app/main.ts', import.meta.url));
const HEADER_BYTES = 44;
/** A pause before the other answers, by turns; the negative ones are interruptions. */
const PAUSES_MS = [350, 600, -250, 900, 450, 1500, 300, -400, 700];

const { values, positionals } = parseArgs({
	options: { hours: { type: 'string', default: '1' }, core: { type: 'string', default: '0' } },
	allowPositionals: true,
});

async function readSpeech(): Promise<Int16Array[]> {
	const files = (await readdir(SAMPLES)).filter((name) => name.endsWith('.opus')).sort();
	return Promise.all(
		files.map(async (name) => {
			await using recording = await openRecording(join(SAMPLES, name));
			const blocks: number[] = [];
			for await (const [block] of recording.blocks()) blocks.push(...(block as Int16Array));
			return Int16Array.from(blocks);
		}),
	);
}

function header(frames: number): Buffer {
	const bytes = Buffer.alloc(HEADER_BYTES);
	bytes.write('RIFF', 0, 'latin1');
	bytes.writeUInt32LE(36 + frames * 4, 4);
	bytes.write('WAVEfmt ', 8, 'latin1');
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(2, 22);
	bytes.writeUInt32LE(SAMPLE_RATE_HZ, 24);
	bytes.writeUInt32LE(SAMPLE_RATE_HZ * 4, 28);
	bytes.writeUInt16LE(4, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write('data', 36, 'latin1');
	bytes.writeUInt32LE(frames * 4, 40);
	return bytes;
}

/** Two parties take turns, minute by minute: ten of them are made and repeated. */
function minutesOf(clips: readonly Int16Array[]): Buffer[] {
	const frames = SAMPLE_RATE_HZ * 60;
	let turn = 0;
	return Array.from({ length: 10 }, () => {
		const planes = [new Int16Array(frames), new Int16Array(frames)] as const;
		let at = 0;
		while (true) {
			const clip = clips[turn % clips.length] as Int16Array;
			at = Math.max(0, at + ((PAUSES_MS[turn % PAUSES_MS.length] as number) * SAMPLE_RATE_HZ) / 1000);
			if (at + clip.length > frames) break;
			(planes[turn % 2] as Int16Array).set(clip, at);
			at += clip.length;
			turn++;
		}
		const bytes = Buffer.alloc(frames * 4);
		for (let frame = 0; frame < frames; frame++) {
			bytes.writeInt16LE(planes[0][frame] as number, frame * 4);
			bytes.writeInt16LE(planes[1][frame] as number, frame * 4 + 2);
		}
		return bytes;
	});
}

async function writeCall(file: string, hours: number): Promise<void> {
	const minutes = minutesOf(await readSpeech());
	const count = Math.round(hours * 60);
	const stream = createWriteStream(file);
	stream.write(header(count * 60 * SAMPLE_RATE_HZ));
	for (let index = 0; index < count; index++) {
		if (!stream.write(minutes[index % minutes.length])) await once(stream, 'drain');
	}
	stream.end();
	await once(stream, 'finish');
}

interface Usage {
	readonly seconds: number;
	/** Of all threads: what the clock would say on one core that is otherwise idle. */
	readonly cpuS: number;
	readonly peakMb: number;
}

async function run(args: readonly string[]): Promise<Usage> {
	// As `npm run ses` has it.
	const command = [process.execPath, '--max-semi-space-size=8', MAIN, 'analyze', ...args];
	const pinned = process.platform === 'linux' ? ['taskset', '-c', values.core, ...command] : command;
	const startedAt = performance.now();
	const child = spawn(pinned[0] as string, pinned.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
	let peakKb = 0;
	let ticks = 0;
	const watching = setInterval(async () => {
		const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
		const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
		// Fields 14 and 15, counted behind the name, which may hold anything.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		ticks = Math.max(ticks, Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
		peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
	}, 100);
	const [code] = (await once(child, 'exit')) as [number | null];
	clearInterval(watching);
	if (code !== 0) throw new Error(`ses analyze ended with ${code}`);
	return { seconds: (performance.now() - startedAt) / 1000, cpuS: ticks / 100, peakMb: peakKb / 1024 };
}

const folder = await mkdtemp(join(tmpdir(), 'ses-calls-'));
try {
	const hours = Number(values.hours);
	const file = join(folder, 'call.wav');
	await writeCall(file, hours);
	const given = positionals.map((arg) => arg.replace('{out}', join(folder, 'out')));
	const { seconds, cpuS, peakMb } = await run([file, ...given]);
	const options = given.join(' ') || 'no options';
	const figures = `${cpuS.toFixed(1)} s of CPU, ${Math.round((hours * 3600) / cpuS)} × real time`;
	process.stdout.write(
		`${hours} h stereo, ${options}: ${seconds.toFixed(1)} s, ${figures}, peak ${Math.round(peakMb)} MB\n`,
	);
} finally {
	await rm(folder, { recursive: true, force: true });
}
