import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/app/config.ts';
import { configuredSteps, type StepEffects } from '../../src/app/steps.ts';
import { JUDGEMENT_DEFAULTS, type SesEvent } from '../../src/domain/index.ts';
import { compose, STEP_NAMES } from '../../src/middleware/index.ts';
import { contextOf, resultAt } from '../middleware/conversation.ts';

function configured(steps?: readonly string[]) {
	const happened: string[] = [];
	const effects: StepEffects = {
		publish: (event: SesEvent) => happened.push(event.type),
		moods: { record: async () => void happened.push('recorded') },
		settingsOf: () => ({}),
		raise: async () => void happened.push('raised'),
		adaptiveReply: { name: 'adaptive-reply', run: (_, next) => next() },
	};
	const { middleware } = configSchema.parse(steps ? { middleware: { steps } } : {});
	return { happened, steps: configuredSteps(middleware, JUDGEMENT_DEFAULTS, effects) };
}

describe('configuredSteps', () => {
	it('are all of them by default, each under its own name', () => {
		expect(configured().steps.map(({ name }) => name)).toEqual(STEP_NAMES);
	});

	it('run in the order of the configuration, and those that are left out do not', async () => {
		const say = async (names: readonly string[]): Promise<string[]> => {
			const { steps, happened } = configured(names);
			await compose(steps)(contextOf(resultAt(1000, 'a', 'neutral'), 1000));
			return happened;
		};
		expect(await say(['consent-gate', 'mood-recorder', 'event-feed'])).toEqual(['recorded', 'emotion']);
		expect(await say(['consent-gate', 'event-feed', 'channel-heat', 'mood-recorder'])).toEqual([
			'emotion',
			'heat',
			'recorded',
		]);
	});

	it('warn of a quarrel by default', async () => {
		const { steps, happened } = configured();
		const run = compose(steps);
		for (let turn = 1; turn <= 6; turn++) {
			await run(contextOf(resultAt(4000 * turn, turn % 2 ? 'a' : 'b', 'anger'), 4000 * turn));
		}
		expect(happened.filter((each) => each === 'alert' || each === 'raised')).toEqual(['alert', 'raised']);
	});
});
