import { describe, expect, it } from 'vitest';
import { chosenSteps, STEP_NAMES, type Step, type StepName, stepsFault } from '../../src/middleware/index.ts';

describe('a list of steps', () => {
	it('begins with the gate of consent, and names each once', () => {
		expect(stepsFault(STEP_NAMES)).toBeUndefined();
		expect(stepsFault(['consent-gate'])).toBeUndefined();
		expect(stepsFault([])).toMatch(/must begin with consent-gate/);
		expect(stepsFault(['smoothing', 'consent-gate'])).toMatch(/must begin with consent-gate/);
		expect(stepsFault(['consent-gate', 'smoothing', 'escalation', 'smoothing'])).toBe('names smoothing twice');
	});

	it('chooses those that it names, in its order', () => {
		const steps = Object.fromEntries(STEP_NAMES.map((name) => [name, { name, run: () => {} }])) as unknown as Record<
			StepName,
			Step<unknown>
		>;
		expect(chosenSteps(steps, ['consent-gate', 'escalation', 'smoothing']).map(({ name }) => name)).toEqual([
			'consent-gate',
			'escalation',
			'smoothing',
		]);
	});
});
