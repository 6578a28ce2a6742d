import { deinterleave, mixDown, RateConverter } from '../../audio/files/index.ts';
import { opusPacketMs, type SegmenterOptions } from '../../audio/index.ts';
import type { AudioFormat, AudioOrigin, HeardVoice } from '../../web/index.ts';
import type { Engine } from '../engine.ts';
import { SourceSession } from '../plugin/source-session.ts';
import { durationMs } from '../plugin/speaker-feed.ts';

interface SourceVoiceParts {
	readonly engine: Engine;
	readonly segmenter: SegmenterOptions;
	readonly origin: AudioOrigin;
	readonly format: AudioFormat;
}

/** Samples without a header, message by message, to 16 kHz mono. */
class RawSamples {
	readonly #layout;
	readonly #converter: RateConverter;

	constructor({ codec, sampleRate: rateHz, channels }: AudioFormat) {
		this.#layout =
			codec === 'mulaw'
				? ({ encoding: 'mulaw', sampleBytes: 1, rateHz, channels } as const)
				: ({ encoding: 'int', sampleBytes: 2, rateHz, channels } as const);
		this.#converter = new RateConverter(rateHz, channels);
	}

	msOf({ length }: Uint8Array): number | undefined {
		const { channels, sampleBytes, rateHz } = this.#layout;
		const frames = length / (channels * sampleBytes);
		return Number.isInteger(frames) ? (frames / rateHz) * 1000 : undefined;
	}

	push({ buffer, byteOffset, byteLength }: Uint8Array): Int16Array {
		const bytes = Buffer.from(buffer, byteOffset, byteLength);
		return mixDown(this.#converter.push(deinterleave(bytes, this.#layout)));
	}

	flush(): Int16Array {
		return mixDown(this.#converter.flush());
	}
}

/**
 * A voice that comes over a network, in a session of its own. A network delivers in gusts: what comes less than a
 * pause late follows what came before, and only a longer hole is silence.
 */
export class SourceVoice implements HeardVoice {
	readonly #session: SourceSession;
	readonly #speakerId: string;
	/** Absent for Opus, which the session decodes itself. */
	readonly #samples: RawSamples | undefined;
	readonly #pauseMs: number;
	/** Where what came last ends, since the session began. */
	#untilMs = 0;
	#ended: Promise<void> | undefined;

	constructor({ engine, segmenter, origin: { speakerId, ...place }, format }: SourceVoiceParts) {
		this.#session = new SourceSession({ engine, place, segmenter, live: true });
		this.#speakerId = speakerId;
		this.#samples = format.codec === 'opus' ? undefined : new RawSamples(format);
		this.#pauseMs = segmenter.endMs;
	}

	get sessionId(): string {
		return this.#session.id;
	}

	get isSpeech(): boolean {
		return this.#session.isSpeech(this.#speakerId);
	}

	msOf(bytes: Uint8Array): number | undefined {
		return this.#samples ? this.#samples.msOf(bytes) : opusPacketMs(bytes);
	}

	async push(bytes: Uint8Array): Promise<void> {
		if (this.#samples) await this.#say(this.#samples.push(bytes));
		else
			await this.#session.push({ speakerId: this.#speakerId, opus: bytes, atMs: this.#follow(this.msOf(bytes) ?? 0) });
	}

	withdraw(): void {
		this.#session.withdraw(this.#speakerId);
	}

	[Symbol.asyncDispose](): Promise<void> {
		this.#ended ??= this.#end();
		return this.#ended;
	}

	async #end(): Promise<void> {
		if (this.#samples) await this.#say(this.#samples.flush());
		await this.#session[Symbol.asyncDispose]();
	}

	async #say(pcm: Int16Array): Promise<void> {
		if (pcm.length === 0) return;
		await this.#session.push({ speakerId: this.#speakerId, pcm, atMs: this.#follow(durationMs(pcm)) });
	}

	/** @returns when the next milliseconds begin */
	#follow(ms: number): number {
		const asArrivedMs = Math.max(0, this.#session.elapsedMs - ms);
		const atMs = asArrivedMs - this.#untilMs > this.#pauseMs ? asArrivedMs : this.#untilMs;
		this.#untilMs = atMs + ms;
		return atMs;
	}
}
