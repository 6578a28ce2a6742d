import { kaiserTaps, type LowPassDesign, lowPassResponse } from './kaiser.ts';

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** More phases than this are not tabulated one by one: the nearest of this many stands in. */
const MOST_PHASES = 2048;

/**
 * One stage of sample rate conversion: a polyphase windowed-sinc filter that keeps its state between
 * blocks, so that how the signal is cut into blocks does not show in the result.
 *
 * Output sample n stands for the instant n / `toHz` of the input; the filter's delay is taken out.
 */
export class PolyphaseStage {
	readonly #phases: Float32Array[];
	readonly #taps: number;
	/** Input periods that one output period spans, as whole plus fraction `#up`ths. */
	readonly #up: number;
	readonly #down: number;
	/** Input not yet done with; begins with what the filter's left half needs. */
	#buffer: Float32Array;
	#length: number;
	/** Position of the next output in #buffer (left end of its taps), and its phase in 1/#up. */
	#position = 0;
	#phase = 0;

	/** @param design filter, its `rateHz` is the rate of the input */
	constructor(fromHz: number, toHz: number, design: Omit<LowPassDesign, 'rateHz'>) {
		const divisor = greatestCommonDivisor(fromHz, toHz);
		this.#up = toHz / divisor;
		this.#down = fromHz / divisor;
		const full = { ...design, rateHz: fromHz };
		// A multiple of four feeds the unrolled loop; even, so that both halves are alike.
		this.#taps = Math.ceil(kaiserTaps(full) / 4) * 4;
		const half = this.#taps / 2;
		const response = lowPassResponse(full, half);
		const count = Math.min(this.#up, MOST_PHASES);
		this.#phases = Array.from({ length: count }, (_, phase) => {
			const taps = Float32Array.from({ length: this.#taps }, (_, tap) => response(tap - half + 1 - phase / count));
			// Equal gain in all phases: what differs would be heard as a tone at the phases' beat.
			const sum = taps.reduce((total, tap) => total + tap, 0);
			return taps.map((tap) => tap / sum);
		});
		this.#buffer = new Float32Array(this.#taps + 4096);
		this.#length = half - 1;
	}

	/** @returns what can be told from the input so far; may be empty */
	push(input: Float32Array): Float32Array {
		this.#append(input);
		const available = this.#length - this.#taps - this.#position;
		if (available < 0) return new Float32Array(0);
		const output = new Float32Array(Math.floor(((available + 1) * this.#up - 1 - this.#phase) / this.#down) + 1);
		const written = this.#run(output);
		this.#compact();
		return written === output.length ? output : output.subarray(0, written);
	}

	/** What silence after the end brings out of the filter. Nothing may be pushed afterwards. */
	flush(): Float32Array {
		return this.push(new Float32Array(this.#taps / 2));
	}

	#append(input: Float32Array): void {
		const needed = this.#length + input.length;
		if (needed > this.#buffer.length) {
			const grown = new Float32Array(needed);
			grown.set(this.#buffer.subarray(0, this.#length));
			this.#buffer = grown;
		}
		this.#buffer.set(input, this.#length);
		this.#length = needed;
	}

	#run(output: Float32Array): number {
		const buffer = this.#buffer;
		const taps = this.#taps;
		const phases = this.#phases;
		const last = this.#length - taps;
		const whole = Math.floor(this.#down / this.#up);
		const rest = this.#down % this.#up;
		const toTable = phases.length / this.#up;
		let written = 0;
		while (this.#position <= last) {
			const table = phases[Math.floor(this.#phase * toTable)] as Float32Array;
			output[written++] = dot(buffer, this.#position, table, taps);
			this.#position += whole;
			this.#phase += rest;
			if (this.#phase >= this.#up) {
				this.#phase -= this.#up;
				this.#position++;
			}
		}
		return written;
	}

	#compact(): void {
		const done = Math.min(this.#position, this.#length);
		this.#buffer.copyWithin(0, done, this.#length);
		this.#length -= done;
		this.#position -= done;
	}
}

/** Four sums side by side let the processor overlap them: the loop is what all conversion time goes into. */
function dot(signal: Float32Array, offset: number, taps: Float32Array, count: number): number {
	let a = 0;
	let b = 0;
	let c = 0;
	let d = 0;
	for (let tap = 0; tap < count; tap += 4) {
		const at = offset + tap;
		a += (signal[at] as number) * (taps[tap] as number);
		b += (signal[at + 1] as number) * (taps[tap + 1] as number);
		c += (signal[at + 2] as number) * (taps[tap + 2] as number);
		d += (signal[at + 3] as number) * (taps[tap + 3] as number);
	}
	return a + b + c + d;
}
