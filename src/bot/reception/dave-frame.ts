import { isSilenceFrame } from '../../audio/index.ts';

/** What we use of a `DAVESession` of @discordjs/voice. */
export interface DaveGroup {
	/** 0: the call is not end-to-end encrypted (any more, or yet). */
	readonly protocolVersion: number;
	readonly lastTransitionId?: number | undefined;
	/** Transitions that were announced and not carried out. */
	readonly pendingTransitions: Map<number, number>;
	/** The client has asked to start over and waits to be let in again. */
	reinitializing: boolean;
	readonly session?:
		| {
				readonly ready: boolean;
				canPassthrough(userId: string): boolean;
				decrypt(userId: string, mediaType: number, packet: Buffer): Buffer;
				getUserIds(): string[];
		  }
		| undefined;
	recoverFromInvalidTransition(transitionId: number): void;
}

export type OpenedFrame =
	| { readonly status: 'plain'; readonly payload: Buffer }
	/** Still ciphertext: its key may be on its way. */
	| { readonly status: 'early' }
	/** Still ciphertext, though the group is complete: its key is wrong, or it was tampered with. */
	| { readonly status: 'sealed' };

const AUDIO = 0;
/** Ends every frame that DAVE encrypted (protocol whitepaper, "magic marker"). */
const MARKER = 0xfafa;
const MARKER_BYTES = 2;
const TAG_BYTES = 8;
/** The counter is at most 32 bits, seven to a byte (ULEB128). */
const MOST_NONCE_BYTES = 5;
/** The size of the supplement itself, and the marker. */
const TRAILER_BYTES = 1 + MARKER_BYTES;

const EARLY: OpenedFrame = { status: 'early' };
const SEALED: OpenedFrame = { status: 'sealed' };

/**
 * Whether a frame has the shape that DAVE gives to audio: ciphertext, tag, nonce as ULEB128, the size of what
 * follows the ciphertext, marker; there are no unencrypted ranges in Opus. The marker alone says little: Opus
 * packets of loud noise end in it now and then.
 */
export function looksSealed(frame: Buffer): boolean {
	const sizeAt = frame.length - TRAILER_BYTES;
	if (sizeAt < TAG_BYTES + 1 || frame.readUInt16BE(sizeAt + 1) !== MARKER) return false;
	const nonceBytes = (frame[sizeAt] as number) - TAG_BYTES - TRAILER_BYTES;
	if (nonceBytes < 1 || nonceBytes > MOST_NONCE_BYTES || sizeAt < TAG_BYTES + nonceBytes) return false;
	for (let index = 1; index <= nonceBytes; index++) {
		const isLast = index === 1;
		if ((((frame[sizeAt - index] as number) & 0x80) === 0) !== isLast) return false;
	}
	return true;
}

/**
 * Opens the end-to-end encryption of a frame, also of one that was sent before its sender heard that the call
 * is not encrypted any more. What is still ciphertext afterwards is never handed out:
 * @discordjs/voice does so while its session is not ready, and an Opus decoder makes noise of it.
 *
 * @param inTransition whether the call is about to change, or just has changed, between encrypted and not,
 * so that a frame which is not encrypted is as good as one that is
 */
export function openFrame(
	dave: DaveGroup | undefined,
	userId: string,
	frame: Buffer,
	inTransition: boolean,
): OpenedFrame {
	const session = dave?.session;
	const sealed = looksSealed(frame);
	if (!dave || !session?.ready) return sealed ? EARLY : { status: 'plain', payload: frame };
	const isPlainCall = dave.protocolVersion === 0 && !session.canPassthrough(userId);
	if (!sealed && (isPlainCall || isSilenceFrame(frame))) return { status: 'plain', payload: frame };
	try {
		const payload = session.decrypt(userId, AUDIO, frame);
		return sealed && payload.length === frame.length ? EARLY : { status: 'plain', payload };
	} catch {
		if (!sealed) return inTransition ? { status: 'plain', payload: frame } : SEALED;
		const isLate = inTransition || dave.reinitializing || dave.protocolVersion === 0;
		return isLate || !session.getUserIds().includes(userId) ? EARLY : SEALED;
	}
}
