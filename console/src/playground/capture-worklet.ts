/** Runs on the browser's audio thread: samples in, messages of 16-bit PCM with their level out. */

declare const sampleRate: number;
declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** What a message carries: short enough to be live, long enough not to be many. */
const MESSAGE_MS = 40;

class Capture extends AudioWorkletProcessor {
	readonly #size = Math.round((sampleRate * MESSAGE_MS) / 1000);
	#pcm = new Int16Array(this.#size);
	#filled = 0;
	#energy = 0;

	/** @param inputs one input, its channels as floats of ±1 */
	process([channels = []]: readonly Float32Array[][]): boolean {
		const [first] = channels;
		if (!first) return true;
		for (let index = 0; index < first.length; index++) {
			let sum = 0;
			for (const channel of channels) sum += channel[index] as number;
			this.#take(sum / channels.length);
		}
		return true;
	}

	#take(sample: number): void {
		this.#energy += sample * sample;
		this.#pcm[this.#filled++] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
		if (this.#filled < this.#size) return;
		const level = Math.sqrt(this.#energy / this.#size);
		this.port.postMessage({ pcm: this.#pcm.buffer, level }, [this.#pcm.buffer]);
		this.#pcm = new Int16Array(this.#size);
		this.#filled = 0;
		this.#energy = 0;
	}
}

registerProcessor('capture', Capture);
