/** Who has not spoken while so many others have is forgotten, so that a session without end stays small. */
const MOST_SPEAKERS = 256;

/** Something that is kept of each speaker of each session, and let go of with them. */
export class PerSpeaker<Value> {
	readonly #make: () => Value;
	readonly #sessions = new Map<string, Map<string, Value>>();

	/** @param make what a speaker begins with */
	constructor(make: () => Value) {
		this.#make = make;
	}

	of(sessionId: string, speakerId: string): Value {
		const speakers = this.#sessions.get(sessionId) ?? new Map<string, Value>();
		this.#sessions.set(sessionId, speakers);
		const value = speakers.get(speakerId) ?? this.#make();
		// Whoever spoke last stands last.
		speakers.delete(speakerId);
		speakers.set(speakerId, value);
		const [silent] = speakers.keys();
		if (speakers.size > MOST_SPEAKERS && silent !== undefined) speakers.delete(silent);
		return value;
	}

	/** For a step to hand on: of a whole session, or of one speaker in it. */
	readonly forget = (sessionId: string, speakerId?: string): void => {
		if (speakerId === undefined) this.#sessions.delete(sessionId);
		else this.#sessions.get(sessionId)?.delete(speakerId);
	};
}
