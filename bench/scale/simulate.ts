import type { Prng } from '../../src/sim/index.ts';
import { quantile } from '../harness/statistics.ts';
import { EventHeap } from './event-heap.ts';

export interface Fleet {
	/** Inference threads, each with a core. */
	readonly workers: number;
	readonly maxBatch: number;
	/** How long the first of a batch waits for company, when the worker is free. */
	readonly maxBatchWaitMs: number;
	/** What waited longer is dropped. */
	readonly ttlMs: number;
	/** Milliseconds that a worker is busy with so many utterances; drawn anew for each batch. */
	serviceMs(batch: number): number;
}

export interface Load {
	readonly utterancesPerS: number;
	readonly seconds: number;
	/** Only so many workers begin anything between these times, milliseconds. */
	readonly outage?: { readonly fromMs: number; readonly toMs: number; readonly workers: number };
}

export interface Outcome {
	/** From arrival to result, milliseconds. */
	readonly p50Ms: number;
	readonly p95Ms: number;
	readonly p99Ms: number;
	/** From arrival to the start of its batch. */
	readonly meanWaitMs: number;
	readonly meanBatch: number;
	/** Share of the workers' time. */
	readonly busy: number;
	/** Most utterances without a result at once. */
	readonly mostUnderWay: number;
	/** Share that was dropped for having waited too long. */
	readonly expired: number;
}

/**
 * Utterances arrive by chance (Poisson: many speakers who know nothing of each other), a free worker takes the next
 * and gathers a batch as ours does, and a worker that gets free takes what waits. Without networks and lost jobs.
 */
export function simulate(fleet: Fleet, load: Load, draw: Prng): Outcome {
	return new Simulation(fleet, load, draw).run();
}

class Simulation {
	readonly #fleet: Fleet;
	readonly #load: Load;
	readonly #draw: Prng;
	readonly #events = new EventHeap();
	/** Workers that compute nothing; some of them gather. */
	readonly #free: number[];
	/** Arrival times of what each gathers. */
	readonly #gathered: number[][];
	/** How often each has begun a batch: a deadline of an earlier one means nothing. */
	readonly #begun: number[];
	/** Arrival times of what nobody has; begins at `#head`. */
	readonly #waiting: number[] = [];
	#head = 0;
	readonly #timesMs: number[] = [];
	#waitedMs = 0;
	#busyMs = 0;
	#batches = 0;
	#expired = 0;
	#underWay = 0;
	#mostUnderWay = 0;

	constructor(fleet: Fleet, load: Load, draw: Prng) {
		this.#fleet = fleet;
		this.#load = load;
		this.#draw = draw;
		this.#free = Array.from({ length: fleet.workers }, (_, worker) => worker);
		this.#gathered = this.#free.map(() => []);
		this.#begun = this.#free.map(() => 0);
	}

	run(): Outcome {
		const { seconds, utterancesPerS, outage } = this.#load;
		const endMs = seconds * 1000;
		if (outage) this.#events.push(outage.toMs, () => this.#wakeAll(outage.toMs));
		for (let atMs = 0; ; ) {
			atMs += (-Math.log(1 - this.#draw()) * 1000) / utterancesPerS;
			this.#events.runUntil(Math.min(atMs, endMs));
			if (atMs >= endMs) break;
			this.#arrive(atMs);
		}
		this.#events.runUntil(Number.POSITIVE_INFINITY);
		const answered = this.#timesMs.length;
		return {
			p50Ms: quantile(this.#timesMs, 0.5),
			p95Ms: quantile(this.#timesMs, 0.95),
			p99Ms: quantile(this.#timesMs, 0.99),
			meanWaitMs: this.#waitedMs / answered,
			meanBatch: answered / this.#batches,
			busy: this.#busyMs / (endMs * this.#fleet.workers),
			mostUnderWay: this.#mostUnderWay,
			expired: this.#expired / (answered + this.#expired),
		};
	}

	#arrive(atMs: number): void {
		this.#mostUnderWay = Math.max(this.#mostUnderWay, ++this.#underWay);
		const place = Math.floor(this.#draw() * this.#free.length);
		const worker = this.#free[place];
		if (worker === undefined || !this.#mayWork(worker, atMs)) {
			this.#waiting.push(atMs);
			return;
		}
		const gathered = this.#gathered[worker] as number[];
		gathered.push(atMs);
		const deadlineMs = atMs + this.#fleet.maxBatchWaitMs;
		if (gathered.length >= this.#fleet.maxBatch || deadlineMs === atMs) this.#begin(worker, atMs);
		else if (gathered.length === 1) {
			const begun = this.#begun[worker];
			this.#events.push(deadlineMs, () => {
				if (this.#begun[worker] === begun) this.#begin(worker, deadlineMs);
			});
		}
	}

	#mayWork(worker: number, atMs: number): boolean {
		const { outage } = this.#load;
		return !outage || worker < outage.workers || atMs < outage.fromMs || atMs >= outage.toMs;
	}

	/** Computes what it has gathered. */
	#begin(worker: number, atMs: number): void {
		const place = this.#free.indexOf(worker);
		this.#free[place] = this.#free.at(-1) as number;
		this.#free.pop();
		this.#compute(worker, this.#gathered[worker] as number[], atMs);
		this.#gathered[worker] = [];
	}

	#compute(worker: number, arrivals: readonly number[], atMs: number): void {
		this.#begun[worker] = (this.#begun[worker] as number) + 1;
		const tookMs = this.#fleet.serviceMs(arrivals.length);
		const doneMs = atMs + tookMs;
		this.#busyMs += tookMs;
		this.#batches++;
		for (const arrivedMs of arrivals) {
			this.#waitedMs += atMs - arrivedMs;
			this.#timesMs.push(doneMs - arrivedMs);
		}
		this.#events.push(doneMs, () => {
			this.#underWay -= arrivals.length;
			this.#next(worker, doneMs);
		});
	}

	#next(worker: number, atMs: number): void {
		const taken = this.#mayWork(worker, atMs) ? this.#take(atMs) : [];
		if (taken.length > 0) this.#compute(worker, taken, atMs);
		else this.#free.push(worker);
	}

	/** Of what waits, as much as a batch holds. */
	#take(atMs: number): number[] {
		const taken: number[] = [];
		while (taken.length < this.#fleet.maxBatch && this.#head < this.#waiting.length) {
			const arrivedMs = this.#waiting[this.#head++] as number;
			if (atMs - arrivedMs <= this.#fleet.ttlMs) taken.push(arrivedMs);
			else {
				this.#expired++;
				this.#underWay--;
			}
		}
		return taken;
	}

	/** The outage is over: whoever stood idle takes what waits. */
	#wakeAll(atMs: number): void {
		const idle = this.#free.filter((worker) => this.#gathered[worker]?.length === 0);
		for (const worker of idle) {
			this.#free.splice(this.#free.indexOf(worker), 1);
			this.#next(worker, atMs);
		}
	}
}
