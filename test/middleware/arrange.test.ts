import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/app/config.ts';
import { arrange, STEP_NAMES, type Step } from '../../src/middleware/index.ts';

const step = (name: string): Step<object> => ({ name, run: (_, next) => next() });
const DEFAULTS = ['consent-gate', 'smoothing', 'escalation'].map(step);
const names = (steps: readonly Step<object>[]): string[] => steps.map(({ name }) => name);

describe('arrange', () => {
	it('puts steps before and after others, and leaves some out', () => {
		const arranged = arrange(DEFAULTS, {
			before: { smoothing: [step('one'), step('two')] },
			after: { escalation: step('last') },
			without: ['escalation'],
		});
		expect(names(arranged)).toEqual(['consent-gate', 'one', 'two', 'smoothing', 'last']);
		expect(names(arrange(DEFAULTS))).toEqual(names(DEFAULTS));
	});

	it('refuses names that are not there, and says which are', () => {
		for (const arrangement of [{ before: { no: step('x') } }, { after: { no: step('x') } }, { without: ['no'] }]) {
			expect(() => arrange(DEFAULTS, arrangement)).toThrow(
				'There is no step "no", only consent-gate, smoothing, escalation.',
			);
		}
	});

	it('refuses a second step of a name', () => {
		expect(() => arrange(DEFAULTS, { after: { smoothing: step('escalation') } })).toThrow('two steps "escalation"');
	});

	it('keeps the consent gate, and keeps it the first', () => {
		expect(() => arrange(DEFAULTS, { without: ['consent-gate'] })).toThrow('stays');
		expect(() => arrange(DEFAULTS, { before: { 'consent-gate': step('x') } })).toThrow('stays');
	});
});

describe('middleware.steps', () => {
	const parse = (steps: readonly string[]) => configSchema.safeParse({ middleware: { steps } });
	const problemOf = (steps: readonly string[]): string => parse(steps).error?.issues[0]?.message ?? '';

	it('runs all of them when nothing is said', () => {
		expect(configSchema.parse({}).middleware.steps).toEqual(STEP_NAMES);
	});

	it('takes some, in another order', () => {
		const steps = ['consent-gate', 'event-feed', 'quality-gate'];
		expect(parse(steps).data?.middleware.steps).toEqual(steps);
	});

	it('refuses an unknown name and lists those that there are', () => {
		const problem = problemOf(['consent-gate', 'smoothie']);
		expect(problem).toContain('there is no step "smoothie"');
		for (const name of STEP_NAMES) expect(problem).toContain(name);
	});

	it('refuses one without the consent gate before all others, and one that names a step twice', () => {
		expect(problemOf(['smoothing', 'consent-gate'])).toBe('must begin with consent-gate');
		expect(problemOf([])).toBe('must begin with consent-gate');
		expect(problemOf(['consent-gate', 'smoothing', 'smoothing'])).toBe('names smoothing twice');
	});
});
