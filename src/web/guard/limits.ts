import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitOptions } from '../options.ts';
import { Problem } from './problem.ts';

/** How often one address may do a thing. */
export class Limits {
	readonly #limiters: Readonly<Record<keyof LimitOptions, RateLimiterMemory>>;

	constructor({ signIns, badTokens, streams, requests }: LimitOptions) {
		const perMinute = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: 60 });
		this.#limiters = {
			signIns: perMinute(signIns),
			badTokens: perMinute(badTokens),
			streams: perMinute(streams),
			requests: perMinute(requests),
		};
	}

	/** @throws {Problem} too-many */
	async spend(what: keyof LimitOptions, address: string): Promise<void> {
		try {
			await this.#limiters[what].consume(address);
		} catch (refusal) {
			if (!(refusal instanceof RateLimiterRes)) throw refusal;
			const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
			throw new Problem('too-many', `Try again in ${seconds} s.`, { 'retry-after': String(seconds) });
		}
	}
}
