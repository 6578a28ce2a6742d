import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { SAMPLE_RATE_HZ } from '../domain/index.ts';

/** One decoder of libopus, 16 kHz mono. What it returns is a view that the next call overwrites. */
export interface WasmOpus {
	/** @returns samples −1…1, or `undefined` when libopus refuses the packet */
	decode(packet: Uint8Array): Float32Array | undefined;
	/** libopus' own concealment of `samples`. */
	conceal(samples: number): Float32Array | undefined;
	/** What `next` says of the `samples` right before it: its LBRR copy; concealment where it has none. */
	recover(next: Uint8Array, samples: number): Float32Array | undefined;
}

const MODULE_FILE = 'opus-encdec/dist/libopus-decoder.wasm.min.wasm';
const LONGEST_PACKET_BYTES = 3 * 1276;
/** 120 ms (RFC 6716 §3.4). */
const LONGEST_PACKET_SAMPLES = (SAMPLE_RATE_HZ * 120) / 1000;

/** The part of the standard that is used here; TypeScript declares it for browsers only. */
interface WasmMemory {
	readonly buffer: ArrayBuffer;
}
declare const WebAssembly: {
	compile(bytes: Uint8Array): Promise<object>;
	instantiate(module: object, imports: Record<string, Record<string, unknown>>): Promise<{ exports: unknown }>;
};

/** What opus-encdec 0.1.1 exports, under the names that its build gave them (see its libopus-decoder.wasm.min.js). */
interface LibOpus {
	/** The memory. */
	readonly g: WasmMemory;
	/** Constructors of static data; to be called once. */
	readonly h: () => void;
	/** opus_decoder_create(rate, channels, error) */
	readonly i: (rate: number, channels: number, error: number) => number;
	/** opus_decode_float(decoder, data, bytes, pcm, samples, decode_fec) */
	readonly j: (decoder: number, data: number, bytes: number, pcm: number, samples: number, fec: number) => number;
	/** malloc(bytes) */
	readonly p: (bytes: number) => number;
}

const stop = (): never => {
	throw new Error('libopus stopped.');
};
const nothing = (): number => 0;

/**
 * Opens libopus as WebAssembly, from the module of `opus-encdec`; the one of the libraries
 * compared in docs/reception.md that exports `decode_fec`. Its loader is left out: that installs handlers for the process' uncaught exceptions, and
 * keeps all decoders in one memory of 16 MiB, which cannot grow. Here each decoder is an instance
 * with a memory of its own, which is freed with it.
 */
export async function openWasmOpus(): Promise<() => Promise<WasmOpus>> {
	const file = createRequire(import.meta.url).resolve(MODULE_FILE);
	const module = await WebAssembly.compile(await readFile(file));
	// abort, fd_write, fd_seek, fd_close and growth: all belong to a failure, and nothing is to be printed then.
	const failing = { a: nothing, b: nothing, c: stop, d: nothing, f: stop };
	return async () => {
		let heap = new Uint8Array(0);
		const memcpy = (to: number, from: number, bytes: number): void => {
			heap.copyWithin(to, from, from + bytes);
		};
		const instance = await WebAssembly.instantiate(module, { a: { ...failing, e: memcpy } });
		const lib = instance.exports as LibOpus;
		heap = new Uint8Array(lib.g.buffer);
		lib.h();
		const input = lib.p(LONGEST_PACKET_BYTES);
		const output = lib.p(LONGEST_PACKET_SAMPLES * Float32Array.BYTES_PER_ELEMENT);
		const decoder = lib.i(SAMPLE_RATE_HZ, 1, input);
		if (!input || !output || !decoder) stop();
		const pcm = new Float32Array(lib.g.buffer, output, LONGEST_PACKET_SAMPLES);
		const run = (packet: Uint8Array | undefined, samples: number, fec: 0 | 1): Float32Array | undefined => {
			if (packet) heap.set(packet, input);
			const found = lib.j(decoder, packet ? input : 0, packet?.length ?? 0, output, samples, fec);
			return found > 0 ? pcm.subarray(0, found) : undefined;
		};
		return {
			decode: (packet) => run(packet, LONGEST_PACKET_SAMPLES, 0),
			conceal: (samples) => run(undefined, samples, 0),
			recover: (next, samples) => run(next, samples, 1),
		};
	};
}
