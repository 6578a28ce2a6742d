import {
	type AudioDataLike,
	audioDataSource,
	createEmotionEngine,
	type EmotionEvent,
	type FrameStream,
	type InterleavedFrame,
	liveKitSource,
	pcmStreamSource,
} from 'speech-emotion-sense';
import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../support/discord.ts';
import { until } from '../../support/until.ts';
import { ANGRY, heardFrom, inPieces, likeness, pcmOf, samplesIn } from './speech.ts';

const RATE = 48_000;
const PATIENT = { timeout: 120_000 };

/** As @livekit/rtc-node 1.1.0 declares its frame, private parts included. */
class AudioFrame {
	data: Int16Array;
	sampleRate: number;
	channels: number;
	samplesPerChannel: number;
	private _userdata: Record<string, unknown> = {};

	constructor(data: Int16Array, sampleRate: number, channels: number, samplesPerChannel: number) {
		this.data = data;
		this.sampleRate = sampleRate;
		this.channels = channels;
		this.samplesPerChannel = samplesPerChannel;
	}

	get userdata(): Record<string, unknown> {
		return this._userdata;
	}
}

/** And its stream: a web stream of frames. */
class AudioStream extends ReadableStream<AudioFrame> {}

/** Fails to compile when the real types would not fit. */
const fits: FrameStream<InterleavedFrame> = new AudioStream();
void fits;

function* frames(pcm: Int16Array, sampleRate = RATE, channels = 1): Generator<AudioFrame> {
	const perFrame = (sampleRate / 100) * channels;
	for (let at = 0; at + perFrame <= pcm.length; at += perFrame) {
		yield new AudioFrame(pcm.slice(at, at + perFrame), sampleRate, channels, sampleRate / 100);
	}
}

/** A track that gives a frame of 10 ms whenever it is asked. */
const track = (all: Iterable<AudioFrame>): AudioStream => {
	const iterator = all[Symbol.iterator]();
	return new AudioStream({
		pull: (controller) => {
			const { done, value } = iterator.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
	});
};

describe('liveKitSource', PATIENT, () => {
	it('hears speech in frames of 10 ms at 48 kHz as the engine hears the recording', async () => {
		await using engine = await createEmotionEngine({ log: SILENT_LOG });
		const emotions: EmotionEvent[] = [];
		engine.on('emotion', (event) => emotions.push(event));
		const [at16k, at48k] = [await pcmOf(ANGRY, 16_000), samplesIn(await pcmOf(ANGRY, RATE))];
		await engine.play(pcmStreamSource(inPieces(at16k, 6400), { speakerId: 'recording' }));
		await engine.play(liveKitSource(track(frames(at48k)), { speakerId: 'participant' }));
		expect(emotions.map(({ speakerId }) => speakerId)).toEqual(['recording', 'participant']);
		const [recording, participant] = emotions as [EmotionEvent, EmotionEvent];
		expect(participant.label).toBe('anger');
		expect(recording.label).toBe('anger');
		expect(Math.abs(participant.confidence - recording.confidence)).toBeLessThan(0.1);
		const length = ({ startMs, endMs }: EmotionEvent): number => endMs - startMs;
		expect(Math.abs(length(participant) - length(recording))).toBeLessThanOrEqual(60);
	});

	it('follows a track that changes its rate and channels', async () => {
		const mono = samplesIn(await pcmOf(ANGRY, 16_000));
		const half = Math.floor(mono.length / 320) * 160;
		const stereo = samplesIn(await pcmOf(ANGRY, RATE, 2)).subarray(half * 3 * 2);
		const source = liveKitSource(track([...frames(mono.subarray(0, half), 16_000), ...frames(stereo, RATE, 2)]), {
			speakerId: 'ada',
		});
		expect(likeness((await heardFrom(source)).get('ada'), mono)).toBeGreaterThan(0.97);
	});

	it('takes any async iterable, and heeds samplesPerChannel', async () => {
		async function* iterable(): AsyncGenerator<InterleavedFrame> {
			yield { data: Int16Array.of(1, 2, 3, 4, 99, 99), sampleRate: 16_000, channels: 1, samplesPerChannel: 4 };
		}
		const said = await heardFrom(liveKitSource(iterable(), { speakerId: 'ada' }));
		expect([...(said.get('ada') ?? [])]).toEqual([1, 2, 3, 4]);
	});

	it.each([
		['fewer samples than it says', { data: new Int16Array(10) }],
		['bytes', { data: new Uint8Array(960) as unknown as Int16Array }],
		['no rate', { sampleRate: 0 }],
		['no channels', { channels: 0 }],
	])('refuses a frame that has %s', async (_, fault) => {
		const frame = { data: new Int16Array(480), sampleRate: RATE, channels: 1, samplesPerChannel: 480, ...fault };
		const source = liveKitSource(track([frame as AudioFrame]), { speakerId: 'ada' });
		await expect(heardFrom(source)).rejects.toThrow(TypeError);
	});

	it('cancels the track when nobody listens any more', async () => {
		let cancelled = false;
		const open = new AudioStream({
			start: (controller) => controller.enqueue([...frames(new Int16Array(480))][0] as AudioFrame),
			cancel: () => {
				cancelled = true;
			},
		});
		await using engine = await createEmotionEngine({ log: SILENT_LOG, queue: NO_QUEUE });
		const controller = new AbortController();
		const playing = engine.play(liveKitSource(open, { speakerId: 'ada' }), { live: true, signal: controller.signal });
		const reason = new Error('enough');
		setImmediate(() => controller.abort(reason));
		await expect(playing).rejects.toBe(reason);
		await until(() => cancelled, 20_000);
	});
});

/** Nothing is said that it would have to classify. */
const NO_QUEUE = {
	depth: 0,
	submit: () => Promise.reject(new Error('nothing was said')),
	drain: async () => {},
	[Symbol.asyncDispose]: async () => {},
};

/** WebCodecs' AudioData over stereo floats that lie interleaved, as its specification has it. */
class InterleavedAudioData implements AudioDataLike {
	readonly sampleRate = RATE;
	readonly numberOfChannels = 2;
	readonly numberOfFrames: number;
	isClosed = false;
	readonly #samples: Float32Array;

	constructor(samples: Float32Array) {
		this.#samples = samples;
		this.numberOfFrames = samples.length / 2;
	}

	copyTo(destination: Float32Array, { planeIndex, format }: { planeIndex: number; format: string }): void {
		if (this.isClosed || format !== 'f32-planar') throw new TypeError('InvalidStateError');
		if (destination.length < this.numberOfFrames) throw new RangeError('too short');
		for (let frame = 0; frame < this.numberOfFrames; frame++) {
			destination[frame] = this.#samples[frame * 2 + planeIndex] as number;
		}
	}

	close(): void {
		this.isClosed = true;
	}
}

it('audioDataSource reads what MediaStreamTrackProcessor gives, and closes it', PATIENT, async () => {
	const mono = samplesIn(await pcmOf(ANGRY, 16_000));
	const stereo = Float32Array.from(samplesIn(await pcmOf(ANGRY, RATE, 2)), (sample) => sample / 32_768);
	const all: InterleavedAudioData[] = [];
	for (let at = 0; at < stereo.length; at += 960) all.push(new InterleavedAudioData(stereo.subarray(at, at + 960)));
	const source = audioDataSource(ReadableStream.from(all), { speakerId: 'ada' });
	expect(likeness((await heardFrom(source)).get('ada'), mono)).toBeGreaterThan(0.99);
	expect(all.every(({ isClosed }) => isClosed)).toBe(true);
});
