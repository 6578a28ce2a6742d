import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPORA, type Corpus, clipsBySpeaker } from './calls/clips.ts';
import { measuredRun } from './calls/measured-run.ts';
import { voiceFigures } from './calls/voices.ts';
import { type CallShape, writeCall } from './calls/write-call.ts';

/**
 * What `ses analyze` takes for recorded calls of a given length, stereo and mono: makes them of recorded speech, runs
 * the command on them, on one core, and deletes them. Or, with `--voices`, how well it tells voices of a mono call apart.
 *
 *     node scripts/measure-calls.ts --hours 3
 *     node scripts/measure-calls.ts --hours 3 --rate 48000 --channels 2
 *     node scripts/measure-calls.ts --hours 1 -- --kind conversation --report {out}
 *     node scripts/measure-calls.ts --voices
 *
 * What stands behind `--` goes to `ses analyze` in place of `--report {out}`; `{out}` is a folder that is deleted
 * afterwards. Speed is by processor time, memory the highest resident set.
 */
const { values, positionals } = parseArgs({
	options: {
		hours: { type: 'string', default: '1' },
		channels: { type: 'string', multiple: true, default: ['2', '1'] },
		rate: { type: 'string', default: '16000' },
		core: { type: 'string', default: '0' },
		voices: { type: 'boolean', default: false },
		draws: { type: 'string', default: '4' },
	},
	allowPositionals: true,
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function measure(shape: CallShape): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'ses-calls-'));
	try {
		// A man and a woman, whose voices are told apart in a mono call.
		const clips = await clipsBySpeaker('ravdess');
		const file = join(folder, 'call.wav');
		await writeCall(file, [clips.get('07') ?? [], clips.get('02') ?? []], shape);
		const given = positionals.length > 0 ? positionals : ['--report', '{out}'];
		const args = given.map((arg) => arg.replace('{out}', join(folder, 'out')));
		const { seconds, cpuS, peakMb } = await measuredRun([file, ...args], values.core);
		const kind = `${shape.hours} h ${shape.channels === 2 ? 'stereo' : 'mono'}, ${shape.rateHz / 1000} kHz`;
		const speed = `${cpuS.toFixed(1)} s of CPU, ${Math.round((shape.hours * 3600) / cpuS)} × real time per core`;
		say(`${kind}, ${given.join(' ')}: ${speed}, peak ${Math.round(peakMb)} MB (${seconds.toFixed(1)} s by the clock)`);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`);

async function measureVoices(): Promise<void> {
	for (const corpus of Object.keys(CORPORA) as Corpus[]) {
		const found = await voiceFigures(corpus, Number(values.draws));
		if (found.speakers < 2) continue;
		say(
			[
				`${corpus}: ${found.speakers} speakers`,
				`${found.pairs} calls of two, told apart ${percent(found.separated)}`,
				`of these right ${percent(found.right)}`,
				`speech given to the wrong voice in them ${percent(found.wrongSpeech)}`,
				`${found.singles} calls of one, taken for two ${percent(found.takenForTwo)}`,
			].join('; '),
		);
	}
}

if (values.voices) await measureVoices();
else {
	for (const channels of values.channels) {
		await measure({ hours: Number(values.hours), channels: channels === '1' ? 1 : 2, rateHz: Number(values.rate) });
	}
}
