import { type BatchReport, type Classifier, SAMPLE_RATE_HZ } from '../domain/index.ts';

/** The same classifier, each of whose calls is told to `onBatch`; without one, the classifier itself. */
export function observed<Kind extends Classifier>(
	classifier: Kind,
	onBatch: ((report: BatchReport) => void) | undefined,
): Classifier {
	if (!onBatch) return classifier;
	return {
		get model() {
			return classifier.model;
		},
		get unsureBelow() {
			return classifier.unsureBelow;
		},
		async classify(clips) {
			const startedAt = performance.now();
			const samples = clips.reduce((sum, { length }) => sum + length, 0);
			const report = (ok: boolean): void =>
				onBatch({
					model: classifier.model,
					clips: clips.length,
					audioMs: (samples / SAMPLE_RATE_HZ) * 1000,
					durationMs: performance.now() - startedAt,
					ok,
				});
			try {
				const results = await classifier.classify(clips);
				report(true);
				return results;
			} catch (error) {
				report(false);
				throw error;
			}
		},
		[Symbol.asyncDispose]: () => classifier[Symbol.asyncDispose](),
	};
}
