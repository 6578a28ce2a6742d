import type { DaveGroup } from './dave-frame.ts';

/** A member's failures in a row, and for how long, that no lost or late message explains. */
const FAILURES = 25;
const PATIENCE_MS = 1000;
/** Whoever is not in the group yet is about to be added: their key is late rather than wrong. */
const LATE_PATIENCE_MS = 4000;
/** Starting over silences everyone for a moment: where only one member fails, they wait longer. */
const LONE_PATIENCE_MS = 3000;
const RECENT_MS = 2000;
/** How long the server may take to carry out a transition, or to let us in again. */
const STUCK_MS = 10_000;
const MOST_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 2000;
/** After this long without trouble, what was is forgotten. */
const CALM_MS = 60_000;

interface Failing {
	readonly sinceMs: number;
	count: number;
	lastMs: number;
}

export type RecoveryStep = 'none' | 'restarted' | 'exhausted';

/**
 * Decides when to ask the server to start the end-to-end encryption over (op 31).
 *
 * @discordjs/voice counts failures of all members together, takes transition 0 for none, so that it never
 * recovers from the first one, and waits for ever once it has asked. Here each member is counted
 * by themselves, attempts have a back-off and an end, and what is stuck has a deadline.
 */
export class DaveRecovery {
	readonly #failing = new Map<string, Failing>();
	readonly #openedMs = new Map<string, number>();
	#attempts = 0;
	#notBeforeMs = 0;
	#lastAttemptMs = Number.NEGATIVE_INFINITY;
	#busySinceMs: number | undefined;

	opened(userId: string, nowMs: number): void {
		this.#failing.delete(userId);
		this.#openedMs.set(userId, nowMs);
	}

	failed(userId: string, nowMs: number): void {
		const failing = this.#failing.get(userId) ?? { sinceMs: nowMs, count: 0, lastMs: nowMs };
		failing.count++;
		failing.lastMs = nowMs;
		this.#failing.set(userId, failing);
	}

	forget(userId: string): void {
		this.#failing.delete(userId);
		this.#openedMs.delete(userId);
	}

	/** Another voice server: another group. */
	clear(): void {
		this.#failing.clear();
		this.#openedMs.clear();
		this.#busySinceMs = undefined;
		this.#attempts = 0;
		this.#notBeforeMs = 0;
	}

	/** Call it several times a second. @returns what was done about what fails */
	tick(dave: DaveGroup | undefined, nowMs: number): RecoveryStep {
		if (!dave || !this.#isFailing(dave, nowMs)) {
			if (nowMs - this.#lastAttemptMs > CALM_MS) this.#attempts = 0;
			this.#busySinceMs = undefined;
			return 'none';
		}
		if (dave.reinitializing || dave.pendingTransitions.size > 0) {
			this.#busySinceMs ??= nowMs;
			if (nowMs - this.#busySinceMs < STUCK_MS) return 'none';
		}
		if (nowMs < this.#notBeforeMs) return 'none';
		this.#failing.clear();
		this.#busySinceMs = undefined;
		if (this.#attempts >= MOST_ATTEMPTS) {
			this.#notBeforeMs = nowMs + CALM_MS;
			return 'exhausted';
		}
		this.#notBeforeMs = nowMs + FIRST_PAUSE_MS * 2 ** this.#attempts;
		this.#attempts++;
		this.#lastAttemptMs = nowMs;
		// The library does nothing while it believes that it waits for the last attempt.
		dave.reinitializing = false;
		dave.pendingTransitions.clear();
		dave.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);
		return 'restarted';
	}

	#isFailing(dave: DaveGroup, nowMs: number): boolean {
		const members = new Set(dave.session?.ready ? dave.session.getUserIds() : []);
		for (const [userId, { sinceMs, count, lastMs }] of this.#failing) {
			if (nowMs - lastMs > RECENT_MS) {
				// They fell silent; should they fail again, that is counted anew.
				this.#failing.delete(userId);
				continue;
			}
			const othersAreFine = [...this.#openedMs].some(([other, atMs]) => other !== userId && nowMs - atMs < RECENT_MS);
			const patienceMs = Math.max(
				PATIENCE_MS,
				othersAreFine ? LONE_PATIENCE_MS : 0,
				members.has(userId) ? 0 : LATE_PATIENCE_MS,
			);
			if (count >= FAILURES && nowMs - sinceMs >= patienceMs) return true;
		}
		return false;
	}
}
