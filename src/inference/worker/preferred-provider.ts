import { SesError } from '../../domain/index.ts';
import type { ExecutionProvider } from '../model/execution-providers.ts';

/** A provider that was tried and is not used. */
export interface ProviderFailure {
	readonly provider: ExecutionProvider;
	readonly reason: string;
	/** What to do about it. */
	readonly hint: string;
}

export interface Preferred<Opened> {
	readonly provider: ExecutionProvider;
	readonly opened: Opened;
	readonly passedOver: readonly ProviderFailure[];
}

/**
 * Opens with the first provider that works. Whoever opens verifies: a worker computes the self-test of the
 * model before it is ready, so that a provider that loads and computes wrongly is passed over as well.
 *
 * @param providers in order of preference
 * @throws {SesError} what the last provider failed of; anything else that is thrown at once
 */
export async function withPreferred<Opened>(
	providers: readonly ExecutionProvider[],
	open: (provider: ExecutionProvider) => Promise<Opened>,
	onPassedOver?: (failure: ProviderFailure) => void,
): Promise<Preferred<Opened>> {
	const passedOver: ProviderFailure[] = [];
	for (const provider of providers) {
		try {
			return { provider, opened: await open(provider), passedOver };
		} catch (error) {
			if (!(error instanceof SesError) || provider === providers.at(-1)) throw error;
			const failure = { provider, reason: error.message, hint: error.hint };
			passedOver.push(failure);
			onPassedOver?.(failure);
		}
	}
	throw new RangeError('At least one provider must be named.');
}
