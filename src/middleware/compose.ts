/** Passes on to the steps behind; resolves when they are done. Call it at most once, and await it. */
export type Next = () => Promise<void>;

/** One layer of the onion: works before and after what lies behind it, or keeps it from running. */
export interface Step<Context> {
	readonly name: string;
	run(context: Context, next: Next): Promise<void> | void;
	/** Lets go of what it remembers of a session, or of one speaker in it. */
	forget?(sessionId: string, speakerId?: string): void;
}

/** Nobody is heard without consent: this step stays, and stays the first. */
export const REQUIRED_STEP = 'consent-gate';

/** A step broke; says which, and keeps the cause. */
export class StepError extends Error {
	override readonly name = 'StepError';
	readonly step: string;

	constructor(step: string, message: string, cause?: unknown) {
		super(`step ${step}: ${message}`, { cause });
		this.step = step;
	}
}

/** Told how long a step took for one context, in milliseconds, without the steps behind it. */
export type StepTimer = (step: string, ms: number) => void;

/**
 * Makes one function of several steps (the onion of Koa). A second call of `next` and a `next` that
 * was not awaited are errors, since both make effects happen twice or out of order.
 *
 * @param onTimed waiting for an effect counts; a step that breaks is timed, too
 */
export function compose<Context>(
	steps: readonly Step<Context>[],
	onTimed?: StepTimer,
): (context: Context) => Promise<void> {
	const dispatch = async (index: number, context: Context): Promise<void> => {
		const step = steps[index];
		if (!step) return;
		let called = false;
		let running = false;
		let behindMs = 0;
		const next: Next = async () => {
			if (called) throw new StepError(step.name, 'next() was called twice');
			called = true;
			running = true;
			const begun = onTimed ? performance.now() : 0;
			try {
				await dispatch(index + 1, context);
			} finally {
				running = false;
				if (onTimed) behindMs = performance.now() - begun;
			}
		};
		const begun = onTimed ? performance.now() : 0;
		try {
			await step.run(context, next);
		} catch (error) {
			if (error instanceof StepError) throw error;
			throw new StepError(step.name, error instanceof Error ? error.message : String(error), error);
		} finally {
			onTimed?.(step.name, Math.max(0, performance.now() - begun - behindMs));
		}
		if (running) throw new StepError(step.name, 'next() was not awaited');
	};
	return (context) => dispatch(0, context);
}

/**
 * An error boundary round a step: what breaks inside is reported and the rest of the onion goes on,
 * so that a failing alert cannot stop the mood recorder.
 */
export function guarded<Context>(step: Step<Context>, onError: (error: StepError) => void): Step<Context> {
	return {
		...step,
		name: step.name,
		forget: (sessionId, speakerId) => step.forget?.(sessionId, speakerId),
		run: async (context, next) => {
			let inner: { readonly error?: unknown } | undefined;
			const watched: Next = async () => {
				try {
					await next();
					inner = {};
				} catch (error) {
					inner = { error };
					throw error;
				}
			};
			try {
				await step.run(context, watched);
			} catch (error) {
				// What broke further in is reported there, not twice.
				if (inner?.error === error) throw error;
				onError(
					error instanceof StepError
						? error
						: new StepError(step.name, error instanceof Error ? error.message : String(error), error),
				);
				if (!inner) await next();
			}
		},
	};
}
