import type { DropCause, SesEvent, SummaryEvent } from '../domain/index.ts';

/** Counts what a session brought, for its summary. Holds sums only, nothing of a single member. */
export class SessionTally {
	readonly #labels: Record<string, number> = {};
	readonly #drops: Record<string, number> = {};
	readonly #speakers = new Set<string>();
	#utterances = 0;
	#peakHeat = 0;
	#alerts = 0;

	get drops(): Readonly<Record<string, number>> {
		return { ...this.#drops };
	}

	dropped(cause: DropCause): void {
		this.#drops[cause] = (this.#drops[cause] ?? 0) + 1;
	}

	see(event: SesEvent): void {
		switch (event.type) {
			case 'utterance':
				this.#utterances++;
				this.#speakers.add(event.speakerId);
				break;
			case 'emotion':
				this.#labels[event.label] = (this.#labels[event.label] ?? 0) + 1;
				break;
			case 'heat':
				this.#peakHeat = Math.max(this.#peakHeat, event.score);
				break;
			case 'alert':
				this.#alerts++;
				break;
			default:
		}
	}

	read(): Pick<SummaryEvent, 'utterances' | 'members' | 'labels' | 'peakHeat' | 'alerts'> {
		return {
			utterances: this.#utterances,
			members: this.#speakers.size,
			labels: { ...this.#labels },
			peakHeat: this.#peakHeat,
			alerts: this.#alerts,
		};
	}
}
