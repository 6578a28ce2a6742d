import { nowMs } from './clock.ts';

/** One time that a member agreed. */
export interface Consent {
	readonly askedMs: number;
	/** The bot has confirmed it: from now on they must be heard. */
	givenMs: number;
	/** They withdrew, and wait for the answer. */
	withdrawnMs: number;
	/** The bot has confirmed that, too: from now on nothing of theirs may be told. */
	goneMs: number;
}

/** The bot rounds its times, and writes what it writes in the moment of a withdrawal. */
const CROSSING_MS = 50;

/** Who had agreed when, as the members know it. */
export class Consents {
	readonly #byMember = new Map<string, Consent[]>();

	/** Call when the member asks. */
	ask(memberId: string): Consent {
		const never = Number.POSITIVE_INFINITY;
		const consent: Consent = { askedMs: nowMs(), givenMs: never, withdrawnMs: never, goneMs: never };
		this.#byMember.set(memberId, [...this.#of(memberId), consent]);
		return consent;
	}

	/** Whether the member must be heard in all of this time. */
	must(memberId: string, fromMs: number, untilMs: number): boolean {
		return this.#of(memberId).some(({ givenMs, withdrawnMs }) => givenMs <= fromMs && untilMs <= withdrawnMs);
	}

	/** Whether the member may be heard in all of this time. */
	may(memberId: string, fromMs: number, untilMs: number): boolean {
		return this.#of(memberId).some(
			({ askedMs, goneMs }) => askedMs - CROSSING_MS <= fromMs && untilMs <= goneMs + CROSSING_MS,
		);
	}

	/** Whether the member may be heard at some time in this stretch. */
	mayOnce(memberId: string, fromMs: number, untilMs: number): boolean {
		return this.#of(memberId).some(
			({ askedMs, goneMs }) => askedMs - CROSSING_MS <= untilMs && fromMs <= goneMs + CROSSING_MS,
		);
	}

	#of(memberId: string): readonly Consent[] {
		return this.#byMember.get(memberId) ?? [];
	}
}
