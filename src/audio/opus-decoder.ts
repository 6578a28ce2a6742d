import { SAMPLE_RATE_HZ } from '../domain/index.ts';

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
	dispose(): void;
}

/** Which library decodes; `wasm` needs no compiler and costs little more (see docs/architecture.md). */
export type OpusBackend = 'native' | 'wasm';

type RawDecode = (packet: Uint8Array) => Int16Array | undefined;
interface RawDecoder {
	readonly decode: RawDecode;
	dispose(): void;
}

/** RFC 6716 §3.4: a packet of up to 120 ms, each frame at most 1275 bytes; this is libopus' own bound. */
const LONGEST_PACKET_BYTES = 3 * 1276;

/** Frame lengths in units of 2.5 ms by configuration number (RFC 6716, table 2). */
const FRAME_QUARTERS = [
	4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8,
];

/**
 * Length of an Opus packet in milliseconds, read from its table of contents, or `undefined` when
 * the packet breaks the rules of RFC 6716 §3.2 (R1–R7) that can be seen without decoding.
 */
export function opusPacketMs(packet: Uint8Array): number | undefined {
	const toc = packet[0];
	if (toc === undefined || packet.length > LONGEST_PACKET_BYTES) return undefined;
	const frameMs = (FRAME_QUARTERS[toc >> 3] as number) * 2.5;
	switch (toc & 3) {
		case 0:
			return packet.length - 1 > 1275 ? undefined : frameMs;
		case 1:
			return (packet.length - 1) % 2 === 0 && packet.length - 1 <= 2 * 1275 ? 2 * frameMs : undefined;
		case 2: {
			const first = packet[1];
			if (first === undefined) return undefined;
			const header = first < 252 ? 2 : 3;
			const firstLength = first < 252 ? first : first + 4 * (packet[2] ?? Number.POSITIVE_INFINITY);
			return header + firstLength <= packet.length ? 2 * frameMs : undefined;
		}
		default: {
			const count = (packet[1] ?? 0) & 0x3f;
			return count > 0 && count * frameMs <= 120 ? count * frameMs : undefined;
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
			return {
				decode: (packet) => {
					const bytes = decoder.decode(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
					return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
				},
				dispose: () => {},
			};
		};
	} catch {
		return undefined;
	}
}

/**
 * `opus-decoder`: libopus as WebAssembly. Each decoder has a memory of its own. opusscript shares
 * one, takes byte pointers for indices of 16-bit samples, so that decoders overwrite each other (seen
 * from a few dozen on), and breaks all of them when the memory has to grow (seen at about 200).
 */
async function openWasm(): Promise<() => Promise<RawDecoder>> {
	const { OpusDecoder: WasmDecoder } = await import('opus-decoder');
	return async () => {
		const decoder = new WasmDecoder({ sampleRate: SAMPLE_RATE_HZ, channels: 1 });
		await decoder.ready;
		return {
			decode: (packet) => {
				const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet);
				if (errors.length > 0) return undefined;
				return toInt16((channelData[0] as Float32Array).subarray(0, samplesDecoded));
			},
			dispose: () => decoder.free(),
		};
	};
}

function toInt16(samples: Float32Array): Int16Array {
	const result = new Int16Array(samples.length);
	for (let index = 0; index < samples.length; index++) {
		result[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] as number) * 32_768)));
	}
	return result;
}

let native: ReturnType<typeof openNative> | undefined;
let wasm: ReturnType<typeof openWasm> | undefined;

/** Which back end {@link createOpusDecoder} uses on this machine. */
export async function opusBackend(): Promise<OpusBackend> {
	native ??= openNative();
	return (await native) ? 'native' : 'wasm';
}

/** Opens a decoder for one speaker; `backend` is chosen by what the machine has unless it is named. */
export async function createOpusDecoder(backend?: OpusBackend): Promise<OpusDecoder> {
	const chosen = backend ?? (await opusBackend());
	native ??= openNative();
	wasm ??= openWasm();
	const open = chosen === 'native' ? await native : await wasm;
	if (!open) throw new Error('@discordjs/opus cannot be loaded on this machine.');
	return wrap(await open());
}

function wrap(raw: RawDecoder): OpusDecoder {
	// 20 ms of wide-band CELT: what a Discord client sends until its first packet says otherwise.
	let toc = 0xf8;
	const attempt: RawDecode = (packet) => {
		try {
			return raw.decode(packet);
		} catch {
			return undefined;
		}
	};
	return {
		decode: (packet) => {
			if (opusPacketMs(packet) === undefined) return undefined;
			const pcm = attempt(packet);
			if (pcm) toc = packet[0] as number;
			return pcm;
		},
		conceal: () => attempt(concealmentCue(toc)) ?? new Int16Array((SAMPLE_RATE_HZ * 20) / 1000),
		dispose: () => raw.dispose(),
	};
}
