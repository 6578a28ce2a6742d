import { REQUIRED_STEP, type Step } from './compose.ts';

/** The steps that are built in, from the outermost to the innermost. */
export const STEP_NAMES = [
	'consent-gate',
	'quality-gate',
	'event-gate',
	'abstention',
	'event-feed',
	'mood-recorder',
	'fatigue',
	'speaker-baseline',
	'smoothing',
	'channel-heat',
	'escalation',
	'adaptive-reply',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

/** What is wrong with a list of steps to run, or `undefined`. */
export function stepsFault(names: readonly StepName[]): string | undefined {
	if (names[0] !== REQUIRED_STEP) return `must begin with ${REQUIRED_STEP}`;
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	return twice && `names ${twice} twice`;
}

/** Those of the steps that are named, in the order of the names. */
export const chosenSteps = <Context>(
	steps: Readonly<Record<StepName, Step<Context>>>,
	names: readonly StepName[],
): readonly Step<Context>[] => names.map((name) => steps[name]);
