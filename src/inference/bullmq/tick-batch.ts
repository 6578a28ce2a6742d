/** Gathers what is asked for in one turn of the event loop, and asks for it in one go. */
export class TickBatch<Request, Reply> {
	readonly #ask: (requests: readonly Request[]) => Promise<readonly Reply[]>;
	#requests: Request[] = [];
	#replies: Promise<readonly Reply[]> | undefined;

	/** @param ask gives a reply for each request, in their order */
	constructor(ask: (requests: readonly Request[]) => Promise<readonly Reply[]>) {
		this.#ask = ask;
	}

	/** Rejects when the whole batch failed. */
	async add(request: Request): Promise<Reply> {
		const index = this.#requests.push(request) - 1;
		this.#replies ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
			const requests = this.#requests;
			this.#requests = [];
			this.#replies = undefined;
			return this.#ask(requests);
		});
		return (await this.#replies)[index] as Reply;
	}
}
