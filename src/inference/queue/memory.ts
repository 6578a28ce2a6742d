/** Remembers the latest answers by id, and forgets the one that was asked for the longest time ago. */
export class AnswerMemory<Answer> {
	readonly #capacity: number;
	readonly #answers = new Map<string, Answer>();

	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	get(id: string): Answer | undefined {
		const answer = this.#answers.get(id);
		if (answer !== undefined) this.set(id, answer);
		return answer;
	}

	set(id: string, answer: Answer): void {
		this.#answers.delete(id);
		this.#answers.set(id, answer);
		for (const oldest of this.#answers.keys()) {
			if (this.#answers.size <= this.#capacity) return;
			this.#answers.delete(oldest);
		}
	}
}
