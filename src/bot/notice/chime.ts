const SAMPLE_RATE_HZ = 48_000;
const CHANNELS = 2;
const FRAME_SAMPLES = 960;
/** Plenty for two sines, and less than the slowest voice channel carries. */
const BITRATE = 32_000;

/** A rising fourth, E5 to A5, in Hz: friendly, unlike Discord's own sounds, and over in two thirds of a second. */
export const CHIME_NOTES = [
	{ hz: 659.26, startMs: 0, durationMs: 320 },
	{ hz: 880, startMs: 180, durationMs: 460 },
] as const;
const CHIME_MS = 660;

/** Soft: speech in a voice channel is about three times as loud. */
const PEAK = 0.12;
const ATTACK_MS = 8;
const DECAY_MS = 110;
const RELEASE_MS = 40;
/** A little of the octave gives the sine the colour of a bell. */
const OCTAVE_SHARE = 0.2;

/** Rises without a click, rings out as a struck bar does, ends at zero. */
function envelope(ms: number, durationMs: number): number {
	if (ms < 0 || ms >= durationMs) return 0;
	const attack = ms < ATTACK_MS ? 0.5 - 0.5 * Math.cos((Math.PI * ms) / ATTACK_MS) : 1;
	const left = durationMs - ms;
	const release = left < RELEASE_MS ? 0.5 - 0.5 * Math.cos((Math.PI * left) / RELEASE_MS) : 1;
	return attack * release * Math.exp(-ms / DECAY_MS);
}

/** The cue that tells members that the bot begins to listen: 48 kHz mono, signed 16 bit, whole frames of 20 ms. */
export function chimePcm(): Int16Array {
	return Int16Array.from({ length: (CHIME_MS * SAMPLE_RATE_HZ) / 1000 }, (_, index) => {
		const seconds = index / SAMPLE_RATE_HZ;
		let sum = 0;
		for (const { hz, startMs, durationMs } of CHIME_NOTES) {
			const phase = 2 * Math.PI * hz * seconds;
			const tone = (1 - OCTAVE_SHARE) * Math.sin(phase) + OCTAVE_SHARE * Math.sin(2 * phase);
			sum += envelope(seconds * 1000 - startMs, durationMs) * tone;
		}
		return Math.round(sum * PEAK * 32_767);
	});
}

let packets: Promise<readonly Buffer[]> | undefined;

/** The same as Opus packets of 20 ms, 48 kHz stereo, as Discord carries them; encoded once. */
export function chimePackets(): Promise<readonly Buffer[]> {
	packets ??= encode(chimePcm());
	return packets;
}

async function encode(mono: Int16Array): Promise<readonly Buffer[]> {
	const { default: OpusScript } = await import('opusscript');
	const encoder = new OpusScript(SAMPLE_RATE_HZ, CHANNELS, OpusScript.Application.AUDIO);
	try {
		encoder.setBitrate(BITRATE);
		return Array.from({ length: mono.length / FRAME_SAMPLES }, (_, frame) => {
			const pcm = Buffer.alloc(FRAME_SAMPLES * CHANNELS * 2);
			for (let index = 0; index < FRAME_SAMPLES * CHANNELS; index++) {
				const sample = mono[frame * FRAME_SAMPLES + Math.floor(index / CHANNELS)] as number;
				pcm.writeInt16LE(sample, index * 2);
			}
			return Buffer.from(encoder.encode(pcm, FRAME_SAMPLES));
		});
	} finally {
		// Encoders of opusscript share one memory: none is left behind.
		encoder.delete();
	}
}
