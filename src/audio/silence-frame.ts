/**
 * Discord's clients, and bots built on @discordjs/voice, end a burst with five of these, so that the
 * receiver's concealment does not draw out the last word (Discord's documentation, "Voice Data Interpolation").
 */
const SILENCE_FRAME = [0xf8, 0xff, 0xfe] as const;

export const isSilenceFrame = (payload: Uint8Array): boolean =>
	payload.length === SILENCE_FRAME.length && SILENCE_FRAME.every((byte, index) => payload[index] === byte);
