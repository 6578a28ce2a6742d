import type { Drive } from './mapping.ts';
import type { Mood } from './mood.ts';
import { type Bar, compose, frequencyOf } from './pattern.ts';

/** Notes are handed to the sound card so far ahead: longer than a page may be kept waiting. */
const AHEAD_S = 0.25;
const EVERY_MS = 60;
const LOUDNESS = 0.5;

/** Music made as it goes, of nothing but oscillators. Silent until it is switched on. */
export class Music {
	#context: AudioContext | undefined;
	/** What every note goes through. */
	#filter: BiquadFilterNode | undefined;
	#timer: ReturnType<typeof setInterval> | undefined;
	#bar: Bar | undefined;
	#bars = 0;
	#eighth = 0;
	#nextAt = 0;
	#mood: Mood = 'neutral';
	#drive: Pick<Drive, 'tempo' | 'cutoffHz' | 'busyness'> = { tempo: 84, cutoffHz: 1400, busyness: 0.4 };

	get isOn(): boolean {
		return this.#timer !== undefined;
	}

	/** Browsers let a page sound only after somebody pressed something. */
	async start(): Promise<void> {
		if (this.isOn) return;
		this.#context ??= this.#open();
		this.#nextAt = 0;
		this.#timer = setInterval(() => this.#schedule(), EVERY_MS);
		await this.#context.resume();
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
		void this.#context?.suspend();
	}

	follow(mood: Mood, drive: Drive): void {
		this.#mood = mood;
		this.#drive = drive;
		if (this.#context) this.#filter?.frequency.setTargetAtTime(drive.cutoffHz, this.#context.currentTime, 0.5);
	}

	/** A light was picked up, or a rock was hit. */
	mark(what: 'light' | 'rock'): void {
		if (!this.isOn || !this.#context) return;
		const { currentTime } = this.#context;
		const [top = 62] = this.#bar?.chord.slice(-1) ?? [];
		if (what === 'light') this.#pluck(top + 24, currentTime, 0.35, 'sine');
		else this.#pluck(34, currentTime, 0.9, 'sawtooth');
	}

	#open(): AudioContext {
		const context = new AudioContext();
		const filter = new BiquadFilterNode(context, { type: 'lowpass', frequency: this.#drive.cutoffHz, Q: 0.4 });
		const echo = new DelayNode(context, { delayTime: 0.36, maxDelayTime: 1 });
		const again = new GainNode(context, { gain: 0.32 });
		const out = new GainNode(context, { gain: LOUDNESS });
		const limiter = new DynamicsCompressorNode(context, { threshold: -14, ratio: 8 });
		filter.connect(out);
		filter.connect(echo).connect(again).connect(echo);
		again.connect(out);
		out.connect(limiter).connect(context.destination);
		this.#filter = filter;
		return context;
	}

	#schedule(): void {
		const context = this.#context;
		if (context?.state !== 'running') return;
		const { currentTime } = context;
		// After a pause it goes on from here rather than making up for what was missed.
		if (this.#nextAt < currentTime - AHEAD_S) this.#nextAt = currentTime + 0.05;
		while (this.#nextAt < currentTime + AHEAD_S) {
			if (this.#eighth === 0) this.#begin(this.#nextAt);
			for (const { eighth, key, loudness } of this.#bar?.notes ?? []) {
				if (eighth === this.#eighth) this.#pluck(key, this.#nextAt, loudness * 0.3, 'triangle');
			}
			this.#eighth = (this.#eighth + 1) % 8;
			this.#nextAt += this.#eighthS;
		}
	}

	get #eighthS(): number {
		return 30 / this.#drive.tempo;
	}

	/** Moods change from bar to bar, never within one. */
	#begin(at: number): void {
		this.#bar = compose(this.#bars++, this.#mood, this.#drive.busyness, Math.random);
		for (const key of this.#bar.chord) this.#lay(key, at, this.#eighthS * 8);
	}

	#pluck(key: number, at: number, loudness: number, type: OscillatorType): void {
		this.#sound(key, at, type, 1.2, (gain) => {
			gain.setValueAtTime(0, at);
			gain.linearRampToValueAtTime(loudness, at + 0.012);
			gain.exponentialRampToValueAtTime(0.0001, at + 1.1);
		});
	}

	#lay(key: number, at: number, seconds: number): void {
		for (const detune of [-5, 5]) {
			this.#sound(
				key,
				at,
				'sawtooth',
				seconds + 1.4,
				(gain) => {
					gain.setValueAtTime(0, at);
					gain.linearRampToValueAtTime(0.05, at + Math.min(1, seconds / 3));
					gain.setTargetAtTime(0, at + seconds, 0.4);
				},
				detune,
			);
		}
	}

	#sound(
		key: number,
		at: number,
		type: OscillatorType,
		seconds: number,
		shape: (gain: AudioParam) => void,
		detune = 0,
	): void {
		const context = this.#context;
		if (!context || !this.#filter) return;
		const oscillator = new OscillatorNode(context, { type, frequency: frequencyOf(key), detune });
		const gain = new GainNode(context, { gain: 0 });
		shape(gain.gain);
		oscillator.connect(gain).connect(this.#filter);
		oscillator.start(at);
		oscillator.stop(at + seconds);
	}
}
