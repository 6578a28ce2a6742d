import { type DaveGroup, openFrame } from './dave-frame.ts';
import { DaveRecovery, type RecoveryStep } from './dave-recovery.ts';

/** An Opus packet of a member, with its RTP header. */
export interface TappedPacket {
	readonly userId: string;
	readonly ssrc: number;
	readonly sequence: number;
	/** Samples at 48 kHz, 32 bit. */
	readonly timestamp: number;
	/** An Opus packet, or empty where there was only padding. */
	readonly payload: Buffer;
	/** When it arrived, on the scale of `performance.now()`. */
	readonly atMs: number;
}

export interface FrameHandlers {
	packet(packet: TappedPacket): void;
	/** A frame whose end-to-end encryption could not be opened. */
	sealed(userId: string): void;
}

/** Frames whose keys are on their way wait for them for this long, and for no more frames than that. */
const HOLD_MS = 1500;
const MOST_HELD = 75;
/** For this long after a change, the frames of those who have not followed yet are still under way. */
const TRANSITION_MS = 10_000;

/**
 * Takes the end-to-end encryption (DAVE) off the frames of those who may be heard.
 *
 * Keys may come later than the first frames that need them: a new member speaks before our copy of the
 * commit is here. Such frames wait, encrypted, for a second and a half at most, and are handed out
 * in order as soon as they can be opened.
 */
export class FrameOpener {
	readonly #dave: () => DaveGroup | undefined;
	readonly #handlers: FrameHandlers;
	readonly #recovery = new DaveRecovery();
	readonly #held = new Map<string, TappedPacket[]>();
	#version: number | undefined;
	#changedMs = Number.NEGATIVE_INFINITY;

	/** @param dave the group of the present voice server, if the call has any */
	constructor(dave: () => DaveGroup | undefined, handlers: FrameHandlers) {
		this.#dave = dave;
		this.#handlers = handlers;
	}

	/** @param packet its payload may still be encrypted */
	take(packet: TappedPacket): void {
		if (packet.payload.length === 0) {
			this.#handlers.packet(packet);
			return;
		}
		const opened = this.#open(packet, packet.atMs);
		if (opened.status === 'plain') {
			// Whatever waited came before it.
			this.#release(packet.userId, packet.atMs);
			this.#recovery.opened(packet.userId, packet.atMs);
			this.#handlers.packet(opened.payload === packet.payload ? packet : { ...packet, payload: opened.payload });
		} else if (opened.status === 'early') this.#hold(packet);
		else {
			this.#recovery.failed(packet.userId, packet.atMs);
			this.#handlers.sealed(packet.userId);
		}
	}

	/** Lets time pass: keys may have come, frames may have waited for too long. */
	tick(nowMs: number): RecoveryStep {
		for (const [userId, held] of this.#held) {
			this.#release(userId, nowMs);
			if (!this.#held.has(userId)) continue;
			while (held[0] && nowMs - held[0].atMs > HOLD_MS) this.#giveUp(held.shift() as TappedPacket, nowMs);
			if (held.length === 0) this.#held.delete(userId);
		}
		return this.#recovery.tick(this.#dave(), nowMs);
	}

	/** Lets go of all that waits for a member's keys. */
	forget(userId: string): void {
		this.#held.delete(userId);
		this.#recovery.forget(userId);
	}

	/** Another voice server has other keys: what waits for those of the last one waits in vain. */
	clear(): void {
		for (const held of this.#held.values()) for (const { userId } of held) this.#handlers.sealed(userId);
		this.#held.clear();
		this.#recovery.clear();
		this.#version = undefined;
	}

	/** How many frames wait for their keys. */
	get size(): number {
		let size = 0;
		for (const held of this.#held.values()) size += held.length;
		return size;
	}

	#open({ userId, payload }: TappedPacket, nowMs: number) {
		const dave = this.#dave();
		// Ready or not, and which version: either change is one between encrypted and not.
		const version = dave?.session?.ready ? dave.protocolVersion : 0;
		if (version !== this.#version) {
			if (this.#version !== undefined) this.#changedMs = nowMs;
			this.#version = version;
		}
		const inTransition = (dave?.pendingTransitions.size ?? 0) > 0 || nowMs - this.#changedMs < TRANSITION_MS;
		return openFrame(dave, userId, payload, inTransition);
	}

	#hold(packet: TappedPacket): void {
		const held = this.#held.get(packet.userId) ?? [];
		this.#held.set(packet.userId, held);
		held.push(packet);
		if (held.length > MOST_HELD) this.#giveUp(held.shift() as TappedPacket, packet.atMs);
	}

	#giveUp({ userId }: TappedPacket, nowMs: number): void {
		this.#recovery.failed(userId, nowMs);
		this.#handlers.sealed(userId);
	}

	/** Hands out what can be opened by now. */
	#release(userId: string, nowMs: number): void {
		const held = this.#held.get(userId);
		const newest = held?.at(-1);
		if (!held || !newest) return;
		// A straggler of the last group opens nothing of the next one.
		const last = this.#open(newest, nowMs);
		if (last.status !== 'plain') return;
		this.#held.delete(userId);
		for (const packet of held) {
			// A frame opens once.
			const opened = packet === newest ? last : this.#open(packet, nowMs);
			if (opened.status === 'plain') this.#handlers.packet({ ...packet, payload: opened.payload });
			else this.#handlers.sealed(userId);
		}
	}
}
