/**
 * What we use of @discordjs/opus. It is an optional dependency: where it can neither be downloaded nor
 * compiled, npm leaves it out, and its types go with it.
 */
declare module '@discordjs/opus' {
	class OpusEncoder {
		constructor(rate: number, channels: number);
		decode(packet: Buffer): Buffer;
		encode(pcm: Buffer): Buffer;
	}
	const opus: { readonly OpusEncoder: typeof OpusEncoder };
	export default opus;
}
