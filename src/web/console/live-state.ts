import type { HealthEvent, HeatEvent, ReplyAction, SesEvent } from '../../domain/index.ts';
import type { FeedData, SessionBook } from '../feed/index.ts';

type EmotionEvent = Extract<SesEvent, { type: 'emotion' }>;
type Shown = Pick<EmotionEvent, 'at' | 'label' | 'confidence' | 'valence' | 'arousal'>;

interface Live {
	heat?: HeatEvent;
	health?: HealthEvent;
	mood?: FeedData['mood'];
	/** The last of each speaker, by user id. */
	readonly last: Map<string, Shown>;
}

/** A time that the bot spoke by itself, and which rule made it. */
export interface RuleFired {
	readonly at: number;
	readonly guildId: string;
	readonly channelId: string;
	readonly cause: string;
	readonly action: ReplyAction;
}

const MOST_RULES = 50;
const RECEPTION = ['heard', 'lost', 'late', 'duplicate', 'undecryptable', 'concealed', 'recovered', 'dropped'] as const;

/** Copies the counts alone: a member's id must not come along. */
const countsOf = (counts: HealthEvent['total']): HealthEvent['total'] =>
	Object.fromEntries(RECEPTION.map((name) => [name, counts[name]])) as unknown as HealthEvent['total'];

/** The present picture of all sessions, for pages that come in later than the events did. */
export class LiveState {
	readonly #book: SessionBook;
	readonly #live = new Map<string, Live>();
	#rules: RuleFired[] = [];

	constructor(book: SessionBook) {
		this.#book = book;
	}

	/** To be told of every event, after the book. */
	see(event: SesEvent): void {
		switch (event.type) {
			case 'session':
				if (event.status === 'started') this.#live.set(event.sessionId, { last: new Map() });
				else this.#live.delete(event.sessionId);
				break;
			case 'emotion': {
				const { at, label, confidence, valence, arousal } = event;
				this.#live.get(event.sessionId)?.last.set(event.speakerId, { at, label, confidence, valence, arousal });
				break;
			}
			case 'heat': {
				const live = this.#live.get(event.sessionId);
				if (live) live.heat = event;
				break;
			}
			case 'health': {
				const live = this.#live.get(event.sessionId);
				if (live) live.health = event;
				break;
			}
			case 'consent':
				if (event.action === 'withdrawn') this.#forget(event.guildId, event.speakerId);
				break;
			case 'reply':
				this.#fired(event);
				break;
			default:
		}
	}

	mood(data: FeedData['mood']): void {
		const live = this.#live.get(data.sessionId);
		if (live) live.mood = data;
	}

	/** Of the communities that may be seen, oldest first. */
	sessions(sees: (guildId: string) => boolean) {
		return this.#book.running
			.filter(({ guildId }) => sees(guildId))
			.map((place) => {
				const { heat, health, mood, last } = this.#live.get(place.sessionId) ?? { last: new Map<string, Shown>() };
				const members = new Map(health?.members.map((member) => [member.speakerId, member]));
				const speakers = [...new Set([...last.keys(), ...members.keys()])].map((speakerId) => {
					const [shown, member] = [last.get(speakerId), members.get(speakerId)];
					return {
						speaker: this.#book.pseudonym(place.sessionId, speakerId),
						...(shown && { lastHeardAt: shown.at, last: shown }),
						...(member?.deaf && { deaf: member.deaf }),
						...(member && { reception: countsOf(member) }),
					};
				});
				return {
					...place,
					...(heat && {
						heat: {
							at: heat.at,
							state: heat.state,
							score: heat.score,
							contributors: heat.contributors,
							reasons: heat.reasons.map(({ code, points, text }) => ({ code, points, text })),
						},
					}),
					speakers,
					...(mood && { mood }),
					...(health && {
						health: {
							at: health.at,
							total: countsOf(health.total),
							ignoredPackets: health.ignoredPackets,
							malformedPackets: health.malformedPackets,
							queueDepth: health.queueDepth,
							droppedUtterances: { ...health.droppedUtterances },
						},
					}),
				};
			});
	}

	/** Newest first. */
	rules(sees: (guildId: string) => boolean): RuleFired[] {
		return this.#rules.filter(({ guildId }) => sees(guildId)).toReversed();
	}

	#fired({ at, channelId, cause, action, ephemeral }: Extract<SesEvent, { type: 'reply' }>): void {
		const place = this.#book.in(channelId);
		if (ephemeral || !action || !place) return;
		this.#rules = [...this.#rules, { at, guildId: place.guildId, channelId, cause, action }].slice(-MOST_RULES);
	}

	#forget(guildId: string, speakerId: string): void {
		for (const place of this.#book.running) {
			const live = this.#live.get(place.sessionId);
			if (place.guildId !== guildId || !live) continue;
			live.last.delete(speakerId);
			if (live.health) {
				live.health = { ...live.health, members: live.health.members.filter((each) => each.speakerId !== speakerId) };
			}
		}
	}
}
