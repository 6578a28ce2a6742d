import { SAMPLE_RATE_HZ } from '../domain/index.ts';
import { carriesLbrr, isCelt } from './opus-lbrr.ts';
import { openWasmOpus } from './opus-wasm.ts';

/**
 * Decodes one speaker's Opus packets. Opus is decoded to 16 kHz mono directly, whatever the packet
 * was coded with: no resampler and no down-mix are needed.
 */
export interface OpusDecoder {
	/**
	 * @returns 16 kHz mono, as long as the packet says (20 ms from every Discord client), or
	 * `undefined` when this is no Opus packet; the decoder's state is unharmed then.
	 */
	decode(packet: Uint8Array): Int16Array | undefined;
	/** Makes up what a lost packet may have held (libopus' own concealment), as long as the last packet. */
	conceal(): Int16Array;
	/**
	 * Decodes the coarse copy of a lost packet that the packet right after it carries (in-band FEC), as long
	 * as the last packet. To be called before `next` itself is decoded.
	 *
	 * @returns `undefined` when `next` carries none; absent where the library cannot.
	 */
	recover?(next: Uint8Array): Int16Array | undefined;
	dispose(): void;
}

/** Which library decodes; `wasm` needs no compiler and recovers lost packets (see docs/architecture.md). */
export type OpusBackend = 'native' | 'wasm';

type RawDecode = (packet: Uint8Array) => Int16Array | undefined;
interface RawDecoder {
	readonly decode: RawDecode;
	/** Concealment of so many milliseconds, where the last packet began with `toc`. */
	conceal(toc: number, ms: number): Int16Array | undefined;
	recover?(next: Uint8Array, ms: number): Int16Array | undefined;
	dispose(): void;
}

/** RFC 6716 §3.4: a packet of up to 120 ms, each frame at most 1275 bytes; this is libopus' own bound. */
const LONGEST_PACKET_BYTES = 3 * 1276;

/** Frame lengths in units of 2.5 ms by configuration number (RFC 6716, table 2). */
const FRAME_QUARTERS = [
	4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8,
];

const frameMsOf = (toc: number): number => (FRAME_QUARTERS[toc >> 3] as number) * 2.5;

const LONGEST_FRAME_BYTES = 1275;
const LONGEST_PACKET_MS = 120;

/** Reads a frame's length (RFC 6716 §3.2.1): one byte, or two from 252 on. @returns it, and how many bytes it took */
function frameLength(packet: Uint8Array, at: number): { bytes: number; took: number } | undefined {
	const first = packet[at];
	if (first === undefined) return undefined;
	if (first < 252) return { bytes: first, took: 1 };
	const second = packet[at + 1];
	return second === undefined ? undefined : { bytes: first + 4 * second, took: 2 };
}

/** Whether the frames of a packet with a count of them (code 3, §3.2.5) fit into it. */
function framesFit(packet: Uint8Array, count: number): boolean {
	const flags = packet[1] as number;
	let at = 2;
	let end = packet.length;
	if (flags & 0x40) {
		let more: number | undefined;
		do {
			more = packet[at++];
			if (more === undefined) return false;
			end -= more === 255 ? 254 : more;
		} while (more === 255);
	}
	if (!(flags & 0x80)) {
		const bytes = end - at;
		return bytes >= 0 && bytes % count === 0 && bytes / count <= LONGEST_FRAME_BYTES;
	}
	let framed = 0;
	for (let index = 0; index < count - 1; index++) {
		const length = frameLength(packet, at);
		if (!length) return false;
		at += length.took;
		framed += length.bytes;
	}
	const last = end - at - framed;
	return last >= 0 && last <= LONGEST_FRAME_BYTES;
}

/**
 * Length of an Opus packet in milliseconds, read from its table of contents, or `undefined` when
 * the packet breaks one of the rules of RFC 6716 §3.4 (R1–R7): then it is no Opus, and no decoder need see it.
 */
export function opusPacketMs(packet: Uint8Array): number | undefined {
	const toc = packet[0];
	if (toc === undefined || packet.length > LONGEST_PACKET_BYTES) return undefined;
	const frameMs = frameMsOf(toc);
	switch (toc & 3) {
		case 0:
			return packet.length - 1 > LONGEST_FRAME_BYTES ? undefined : frameMs;
		case 1:
			return (packet.length - 1) % 2 === 0 && packet.length - 1 <= 2 * LONGEST_FRAME_BYTES ? 2 * frameMs : undefined;
		case 2: {
			const first = frameLength(packet, 1);
			if (!first) return undefined;
			const second = packet.length - 1 - first.took - first.bytes;
			return second >= 0 && second <= LONGEST_FRAME_BYTES ? 2 * frameMs : undefined;
		}
		default: {
			const count = (packet[1] ?? 0) & 0x3f;
			const ms = count * frameMs;
			return count > 0 && ms <= LONGEST_PACKET_MS && framesFit(packet, count) ? ms : undefined;
		}
	}
}

/** SILK and hybrid DTX, or a decoder's cue for concealment: a table of contents and no frame. */
const concealmentCue = (toc: number): Uint8Array => Uint8Array.of(toc & 0xfc);

/** `@discordjs/opus`, where it was compiled for this Node. */
async function openNative(): Promise<(() => RawDecoder) | undefined> {
	try {
		const { default: opus } = await import('@discordjs/opus');
		// Constructing one shows whether the binary loads and runs at all.
		new opus.OpusEncoder(SAMPLE_RATE_HZ, 1);
		return () => {
			const decoder = new opus.OpusEncoder(SAMPLE_RATE_HZ, 1);
			const decode = (packet: Uint8Array): Int16Array => {
				const bytes = decoder.decode(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
				return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
			};
			return {
				decode,
				conceal: (toc) => decode(concealmentCue(toc)),
				dispose: () => {},
			};
		};
	} catch {
		return undefined;
	}
}

/** libopus as WebAssembly, in-band FEC included. */
async function openWasm(): Promise<(() => Promise<RawDecoder>) | undefined> {
	try {
		const open = await openWasmOpus();
		// Opening one shows whether it runs at all: `node --jitless` has no WebAssembly.
		await open();
		return async () => {
			const opus = await open();
			const samplesOf = (ms: number): number => (SAMPLE_RATE_HZ / 1000) * ms;
			return {
				decode: (packet) => toInt16(opus.decode(packet)),
				conceal: (_, ms) => toInt16(opus.conceal(samplesOf(ms))),
				recover: (next, ms) => toInt16(opus.recover(next, samplesOf(ms))),
				dispose: () => {},
			};
		};
	} catch {
		return undefined;
	}
}

function toInt16(samples: Float32Array | undefined): Int16Array | undefined {
	if (!samples) return undefined;
	const result = new Int16Array(samples.length);
	for (let index = 0; index < samples.length; index++) {
		result[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] as number) * 32_768)));
	}
	return result;
}

let native: ReturnType<typeof openNative> | undefined;
let wasm: ReturnType<typeof openWasm> | undefined;

/**
 * Which back end {@link createOpusDecoder} uses on this machine: WebAssembly, since the native addon passes
 * a literal 0 for `decode_fec` and saves a few microseconds a packet only; that one where there is no WebAssembly.
 */
export async function opusBackend(): Promise<OpusBackend> {
	wasm ??= openWasm();
	return (await wasm) ? 'wasm' : 'native';
}

/** Opens a decoder for one speaker; `backend` is chosen by what the machine has unless it is named. */
export async function createOpusDecoder(backend?: OpusBackend): Promise<OpusDecoder> {
	const chosen = backend ?? (await opusBackend());
	// One that is not used is not loaded either: its failure would be nobody's.
	if (chosen === 'native') native ??= openNative();
	else wasm ??= openWasm();
	const open = await (chosen === 'native' ? native : wasm);
	if (!open) throw new Error(`The ${chosen} Opus decoder cannot be loaded on this machine.`);
	return wrap(await open());
}

function wrap(raw: RawDecoder): OpusDecoder {
	// 20 ms of wide-band CELT: what a Discord client sends until its first packet says otherwise.
	let last = { toc: 0xf8, ms: 20 };
	const attempt = (work: () => Int16Array | undefined): Int16Array | undefined => {
		try {
			return work();
		} catch {
			return undefined;
		}
	};
	const { recover } = raw;
	// libopus leaves the copy aside when it decoded CELT last, or when the copy is longer than what is asked for.
	const isRecoverable = (next: Uint8Array): boolean =>
		opusPacketMs(next) !== undefined &&
		carriesLbrr(next) &&
		!isCelt(last.toc) &&
		frameMsOf(next[0] as number) <= last.ms;
	return {
		decode: (packet) => {
			const ms = opusPacketMs(packet);
			if (ms === undefined) return undefined;
			const pcm = attempt(() => raw.decode(packet));
			if (pcm) last = { toc: packet[0] as number, ms };
			return pcm;
		},
		conceal: () => attempt(() => raw.conceal(last.toc, last.ms)) ?? new Int16Array((SAMPLE_RATE_HZ * 20) / 1000),
		...(recover && {
			recover: (next: Uint8Array) => (isRecoverable(next) ? attempt(() => recover(next, last.ms)) : undefined),
		}),
		dispose: () => raw.dispose(),
	};
}
