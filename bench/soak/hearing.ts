import type { HealthEvent, SesEvent, UtteranceEvent } from '../../src/domain/index.ts';
import { nowMs } from './clock.ts';
import type { Consents } from './consents.ts';

/** From the bot's writing a line until it is read here, on a machine that is busy. */
const PIPE_MS = 2000;

/** What the bot says that it hears: its feed of events, as `ses start --json` prints it. */
export class Hearing {
	readonly utterances: UtteranceEvent[] = [];
	/** Utterances that the model judged. */
	classified = 0;
	/** Judgements and counts of members who had not agreed, or had withdrawn by then. */
	readonly wrong = { judgements: 0, counts: 0 };
	readonly alarms = { deaf: 0, heard: 0 };
	#health: HealthEvent | undefined;
	readonly #consents: Consents;

	constructor(consents: Consents) {
		this.#consents = consents;
	}

	see(event: SesEvent): void {
		switch (event.type) {
			case 'utterance':
				this.utterances.push(event);
				break;
			case 'emotion':
			case 'partial':
				if (event.type === 'emotion') this.classified++;
				// When it was judged is not told: some time between its line's longest way here and now.
				if (!this.#consents.mayOnce(event.speakerId, nowMs() - PIPE_MS, nowMs())) this.wrong.judgements++;
				break;
			case 'health':
				this.#health = event;
				// Whoever withdraws vanishes from the counts, too.
				for (const { speakerId, heard } of event.members) {
					if (heard > 0 && !this.#consents.may(speakerId, event.at, event.at)) this.wrong.counts++;
				}
				break;
			case 'reception':
				this.alarms[event.status]++;
				break;
		}
	}

	/** Packets over all members, as last counted. */
	get packets(): Readonly<Record<string, number>> {
		if (!this.#health) return {};
		const { total, ignoredPackets, malformedPackets } = this.#health;
		return { ...total, ignored: ignoredPackets, malformed: malformedPackets };
	}
}
