import { createOpusDecoder, type OpusBackend } from '../../src/audio/index.ts';
import type { Comparison, Suite } from '../harness/index.ts';
import { type BareOpus, bareNative, bareWasm } from '../support/bare-opus.ts';
import { speechPackets } from '../support/speech.ts';

/** Opus packets to 16 kHz mono, beside another decoder library's own call. */
export const decode: Suite = {
	name: 'decode',
	about: 'an Opus packet to 16 kHz mono, beside the bare library',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const packets = (await speechPackets(scale === 'full' ? 2 : 1)).flat();
		const compare = async (backend: OpusBackend, bare: BareOpus, library: string): Promise<Comparison> => {
			const decoder = stack.adopt(await createOpusDecoder(backend), (each) => each.dispose());
			stack.use(bare);
			return {
				id: `decode/${backend}`,
				per: 'packet',
				clock: 'cpu',
				units: packets.length,
				ours: {
					name: `OpusDecoder (${backend})`,
					work: () => {
						for (const packet of packets) decoder.decode(packet);
					},
				},
				reference: {
					name: library,
					kind: 'floor',
					work: () => {
						for (const packet of packets) bare.decode(packet);
					},
				},
			};
		};
		const comparisons = [await compare('wasm', await bareWasm(), 'opus-decoder decodeFrame')];
		const hasNative = await createOpusDecoder('native').then(
			() => true,
			() => false,
		);
		if (hasNative) comparisons.push(await compare('native', await bareNative(), '@discordjs/opus decode'));
		const running = stack.move();
		return {
			comparisons,
			skipped: hasNative
				? []
				: [{ what: 'decode/native', reason: '@discordjs/opus is not compiled for this version of Node' }],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
