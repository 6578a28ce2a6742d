import { z } from 'zod';

const SPEAKING = 5;
/** Undocumented: tells a member's audio SSRC beside that of their camera. */
const VIDEO = 12;
const CLIENT_DISCONNECT = 13;

const ssrc = z.int().min(0).max(0xffff_ffff);
const speaking = z.object({
	op: z.literal(SPEAKING),
	d: z.object({ user_id: z.string().min(1), ssrc, speaking: z.int().optional() }),
});
const video = z.object({ op: z.literal(VIDEO), d: z.object({ user_id: z.string().min(1), audio_ssrc: ssrc }) });
const clientDisconnect = z.object({ op: z.literal(CLIENT_DISCONNECT), d: z.object({ user_id: z.string().min(1) }) });

/** What a voice server says about whose packets are whose. */
export type SpeakerMessage =
	| { readonly kind: 'speaking'; readonly userId: string; readonly ssrc: number; readonly isSpeaking: boolean }
	| { readonly kind: 'ssrc'; readonly userId: string; readonly ssrc: number }
	| { readonly kind: 'gone'; readonly userId: string }
	/** Something else, which is none of our business. */
	| { readonly kind: 'other' }
	/** It claims to be one of these and is not. */
	| { readonly kind: 'nonsense' };

const OTHER: SpeakerMessage = { kind: 'other' };
const NONSENSE: SpeakerMessage = { kind: 'nonsense' };

/** Reads a message of the voice gateway (version 8), whatever it is. */
export function parseSpeakerMessage(message: unknown): SpeakerMessage {
	const op = typeof message === 'object' && message !== null && 'op' in message ? message.op : undefined;
	if (op === SPEAKING) {
		const parsed = speaking.safeParse(message);
		if (!parsed.success) return NONSENSE;
		const { user_id: userId, ssrc, speaking: flags = 0 } = parsed.data.d;
		return { kind: 'speaking', userId, ssrc, isSpeaking: flags !== 0 };
	}
	if (op === VIDEO) {
		const parsed = video.safeParse(message);
		// Nothing depends on it, and it is documented nowhere: what we do not understand may be right all the same.
		if (!parsed.success || parsed.data.d.audio_ssrc === 0) return OTHER;
		return { kind: 'ssrc', userId: parsed.data.d.user_id, ssrc: parsed.data.d.audio_ssrc };
	}
	if (op === CLIENT_DISCONNECT) {
		const parsed = clientDisconnect.safeParse(message);
		return parsed.success ? { kind: 'gone', userId: parsed.data.d.user_id } : NONSENSE;
	}
	return OTHER;
}
