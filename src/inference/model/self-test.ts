import { SesError } from '../../domain/index.ts';
import type { ModelManifest } from './manifest.ts';
import type { EmotionSession } from './session.ts';

/** Largest difference of a logit: well above the rounding of one CPU against another, far below what moves a label. */
export const SELF_TEST_TOLERANCE = 5e-2;

function tone({ frequencyHz, amplitude, samples }: ModelManifest['selfTest'], sampleRateHz: number): Float32Array {
	const phase = (2 * Math.PI * frequencyHz) / sampleRateHz;
	return Float32Array.from({ length: samples }, (_, index) => amplitude * Math.sin(phase * index));
}

/** A SesError (SES_MODEL_SELF_TEST) that keeps its figure, so that it can cross from a thread. */
export class SelfTestFailure extends SesError {
	readonly difference: number;

	constructor(difference: number) {
		super('SES_MODEL_SELF_TEST', { difference: difference.toPrecision(3), tolerance: SELF_TEST_TOLERANCE });
		this.difference = difference;
	}
}

/**
 * Runs the manifest's tone and compares the logits; it warms the session up as well.
 *
 * @returns the largest difference found
 * @throws {SelfTestFailure} when it exceeds {@link SELF_TEST_TOLERANCE}
 */
export async function selfTest(session: EmotionSession, manifest: ModelManifest): Promise<number> {
	const [row] = await session.run([tone(manifest.selfTest, manifest.sampleRateHz)], manifest.minSamples);
	let difference = 0;
	for (const [index, expected] of manifest.selfTest.logits.entries()) {
		difference = Math.max(difference, Math.abs((row?.logits[index] ?? Number.POSITIVE_INFINITY) - expected));
	}
	if (difference > SELF_TEST_TOLERANCE) throw new SelfTestFailure(difference);
	return difference;
}
