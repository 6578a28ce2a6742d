export interface WavSpec {
	readonly tag?: number;
	readonly channels?: number;
	readonly rateHz?: number;
	readonly sampleBytes?: number;
	/** The samples' bytes, interleaved. */
	readonly data: Buffer;
	/** What the data chunk's header claims, when that is not its length. */
	readonly claimedBytes?: number;
	readonly form?: 'RIFF' | 'RF64';
	/** Chunks between format and data. */
	readonly between?: readonly Buffer[];
	readonly after?: readonly Buffer[];
	/** Wrap the format in WAVE_FORMAT_EXTENSIBLE. */
	readonly extensible?: boolean;
}

export function chunk(id: string, body: Buffer): Buffer {
	const header = Buffer.alloc(8);
	header.write(id, 'latin1');
	header.writeUInt32LE(body.length, 4);
	return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

export function buildWav(spec: WavSpec): Buffer {
	const { tag = 1, channels = 1, rateHz = 16_000, sampleBytes = 2, data } = spec;
	const format = Buffer.alloc(spec.extensible ? 40 : 16);
	format.writeUInt16LE(spec.extensible ? 0xfffe : tag, 0);
	format.writeUInt16LE(channels, 2);
	format.writeUInt32LE(rateHz, 4);
	format.writeUInt32LE(rateHz * channels * sampleBytes, 8);
	format.writeUInt16LE(channels * sampleBytes, 12);
	format.writeUInt16LE(sampleBytes * 8, 14);
	if (spec.extensible) {
		format.writeUInt16LE(22, 16);
		format.writeUInt16LE(sampleBytes * 8, 18);
		format.writeUInt16LE(tag, 24);
		Buffer.from('000000001000800000aa00389b71', 'hex').copy(format, 26);
	}
	const dataChunk = chunk('data', data);
	if (spec.claimedBytes !== undefined) dataChunk.writeUInt32LE(spec.claimedBytes, 4);
	const chunks = [chunk('fmt ', format), ...(spec.between ?? []), dataChunk, ...(spec.after ?? [])];
	const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
	const riff = chunk(spec.form ?? 'RIFF', body);
	return riff;
}

/** 16-bit samples of one or more channels, interleaved. */
export function pcm16(...channels: readonly (readonly number[] | Int16Array)[]): Buffer {
	const frames = channels[0]?.length ?? 0;
	const bytes = Buffer.alloc(frames * channels.length * 2);
	for (let frame = 0; frame < frames; frame++) {
		for (const [channel, samples] of channels.entries()) {
			bytes.writeInt16LE(samples[frame] as number, (frame * channels.length + channel) * 2);
		}
	}
	return bytes;
}
