import type { Clips } from './clips.ts';
import type { Clip, Line, Member, Scenario, ScenarioSet } from './script.ts';

/** Between two turns people leave between an overlap and half a second, mostly a fifth of one (Stivers et al. 2009). */
const GAP_MS = { least: 100, most: 900 } as const;

/** Numbers that look random and are the same each time (mulberry32). */
function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export interface Delivery {
	readonly gainDb?: number;
	/** Begins this long before the one before ended. */
	readonly overMs?: number;
}

/** Writes a scenario line by line; each line follows the one before, as in a conversation. */
export class Script {
	readonly #clips: Clips;
	readonly #random: () => number;
	readonly #members: Member[] = [];
	readonly #lines: Line[] = [];
	/** Of each voice and emotion, which clip is next. */
	readonly #next = new Map<string, number>();
	/** Until when each member speaks. */
	readonly #floors = new Map<Member, number>();
	#nowMs = 500;
	#onsetMs: number | undefined;

	constructor(clips: Clips, seed: number) {
		this.#clips = clips;
		this.#random = generator(seed);
	}

	/** When the next line would begin. */
	get nowMs(): number {
		return this.#nowMs;
	}

	member(voice: string | undefined, { consents = true, bot = false } = {}): Member {
		const name = `member-${this.#members.length + 1}`;
		const member = { name, consents, bot, ...(voice && { voice }) };
		this.#members.push(member);
		return member;
	}

	members(...voices: readonly string[]): Member[] {
		return voices.map((voice) => this.member(voice));
	}

	/** The next recording of the member's voice in this emotion. */
	say(who: Member, emotion: string, delivery: Delivery = {}): this {
		const key = `${who.voice} ${emotion}`;
		const clips = this.#clips.spoken(who.voice ?? '', emotion);
		const index = this.#next.get(key) ?? Math.floor(this.#random() * clips.length);
		this.#next.set(key, index + 1);
		return this.play(who, clips[index % clips.length] as Clip, delivery);
	}

	laugh(who: Member, delivery: Delivery = {}): this {
		return this.play(who, this.#clips.laughter(this.#random() < 0.5 ? 6 : 10), delivery);
	}

	play(who: Member, clip: Clip, { gainDb = 0, overMs = 0 }: Delivery = {}): this {
		// Nobody can say two things at once.
		const atMs = Math.round(Math.max(0, this.#nowMs - overMs, this.#floors.get(who) ?? 0));
		this.#lines.push({ who, atMs, clip, gainDb });
		this.#floors.set(who, atMs + clip.durationMs);
		const gap = GAP_MS.least + this.#random() * (GAP_MS.most - GAP_MS.least);
		this.#nowMs = Math.max(this.#nowMs, Math.round(atMs + clip.durationMs + gap));
		return this;
	}

	/** One and the same member goes on and on without a pause that would end a turn. */
	monologue(who: Member, emotion: string, ms: number, delivery: Delivery = {}): this {
		return this.play(who, this.#clips.unbroken(who.voice ?? '', emotion, ms), delivery);
	}

	/** Turns in this order of members and emotions, over and over until `ms` have passed. */
	talk(turns: readonly (readonly [Member, string, Delivery?])[], ms: number): this {
		const untilMs = this.#nowMs + ms;
		for (let index = 0; this.#nowMs < untilMs; index++) {
			const [who, emotion, delivery] = turns[index % turns.length] as readonly [Member, string, Delivery?];
			if (emotion === 'laughter') this.laugh(who, delivery);
			else this.say(who, emotion, delivery);
		}
		return this;
	}

	/** A sound that goes on beneath what is said from here on, over and over until `ms` have passed. */
	beneath(who: Member, clip: Clip, ms: number, gainDb: number): this {
		for (let atMs = this.#nowMs; atMs < this.#nowMs + ms; atMs += clip.durationMs) {
			this.#lines.push({ who, atMs, clip, gainDb });
		}
		return this;
	}

	pause(ms: number): this {
		this.#nowMs += ms;
		return this;
	}

	/** From here on it is a quarrel. */
	onset(): this {
		this.#onsetMs = this.#nowMs;
		return this;
	}

	end(name: string, set: ScenarioSet, about: string, more: Pick<Scenario, 'endsIn'> = {}): Scenario {
		return {
			name,
			about,
			set,
			members: this.#members,
			lines: this.#lines,
			...(this.#onsetMs !== undefined && { onsetMs: this.#onsetMs }),
			durationMs: this.#nowMs,
			...more,
		};
	}
}
