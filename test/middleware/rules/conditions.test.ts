import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../support/rules.ts';
import { Course, MINUTE, oneRule, SAY } from './course.ts';

describe('conditions', () => {
	it.each<[string, string, (course: Course) => unknown, boolean]>([
		['a change into a state', 'heat: { to: hot }', (course) => course.heat('warm').heat('hot'), true],
		['another change', 'heat: { to: hot }', (course) => course.heat('warm').heat('calm'), false],
		[
			'a change from one state to another',
			'heat: { from: cooling, to: calm }',
			(c) => c.heat('cooling').heat('calm'),
			true,
		],
		['a change from a third', 'heat: { from: cooling, to: calm }', (c) => c.heat('warm').heat('calm'), false],
		['one of several states', 'heat: { state: [warm, hot] }', (course) => course.heat('warm'), true],
		['a score', 'heat: { atLeast: 0.4 }', (course) => course.heat('warm', 0.45), true],
		['a lower score', 'heat: { atLeast: 0.4 }', (course) => course.heat('warm', 0.35), false],
		['the mood of three', 'mood: { of: sadness, atLeast: 0.6 }', (c) => c.say('abc', 'sadness'), true],
		['the mood of two', 'mood: { of: sadness, atLeast: 0.6 }', (c) => c.say('abab', 'sadness'), false],
		[
			'one grumpy member',
			'mood: { of: anger, atLeast: 0.5 }',
			(c) => c.say('aaaaaaaaa', 'anger').say('bcbc', 'calm'),
			false,
		],
		[
			'several emotions at once',
			'mood: { of: [sadness, fear], atLeast: 1 }',
			(c) => c.say('ab', 'fear').say('c', 'sadness'),
			true,
		],
		[
			'a mood that is over',
			'mood: { of: sadness, within: 1m, atLeast: 0.6 }, members: { atMost: 3 }, heat: { to: warm }',
			(c) => c.say('abc', 'sadness').pass(90_000).heat('warm'),
			false,
		],
		['what is unsure is no mood', 'mood: { of: neutral, atLeast: 0 }', (c) => c.say('abc', 'unsure'), false],
		[
			'an unsure share',
			'unsure: { utterances: 3, atLeast: 0.5 }, heat: { to: warm }',
			(c) => c.say('ab', 'unsure').say('a', 'calm').heat('warm'),
			true,
		],
		['too little for a share', 'unsure: { utterances: 4, atMost: 1 }', (c) => c.say('abc', 'unsure'), false],
		['laughter', 'sound: { of: laughter, atLeast: 2 }', (c) => c.say('ab', 'unsure', { sound: 'laughter' }), true],
		['other sounds', 'sound: { of: laughter, atLeast: 2 }', (c) => c.say('ab', 'unsure', { sound: 'music' }), false],
		['members heard', 'members: { atLeast: 3 }', (c) => c.say('abc', 'unsure'), true],
		['one member, three times', 'members: { atLeast: 3 }', (c) => c.say('aaa', 'calm'), false],
		['fatigue of three', 'fatigue: { atLeast: 0.6 }', (c) => c.say('abc', 'calm', { fatigue: 0.7 }), true],
		['fatigue of two', 'fatigue: { atLeast: 0.6 }', (c) => c.say('abab', 'calm', { fatigue: 0.7 }), false],
		['a long session', 'session: { atLeast: 10m }', (c) => c.pass(11 * MINUTE), true],
		['a short one', 'session: { atLeast: 10m }', (c) => c.pass(9 * MINUTE), false],
		[
			'all of several',
			'all: [{ heat: { to: hot } }, { members: { atLeast: 2 } }]',
			(c) => c.say('a', 'anger').heat('hot'),
			false,
		],
		[
			'any of several',
			'any: [{ heat: { to: hot } }, { members: { atLeast: 2 } }]',
			(c) => c.say('a', 'anger').heat('hot'),
			true,
		],
		['not', 'not: { members: { atLeast: 2 } }, heat: { to: hot }', (c) => c.say('a', 'anger').heat('hot'), true],
		[
			'not what cannot be told',
			'not: { mood: { of: sadness, atLeast: 0.6 } }, heat: { to: hot }',
			(c) => c.say('ab', 'calm').heat('hot'),
			false,
		],
	])('%s', (_, when, play, fires) => {
		const course = new Course(oneRule(`when: { ${when} }`)).start();
		play(course);
		expect(course.fired).toHaveLength(fires ? 1 : 0);
	});

	it('know when a session begins and ends', () => {
		const course = new Course(`rules:
  - { name: hello, ${SAY}, when: { session: { event: start } } }
  - { name: goodbye, ${SAY}, when: { session: { event: end, atLeast: 1m } } }
`).start();
		course.pass(5 * MINUTE);
		expect(course.decisions.map(({ rule }) => rule.name)).toEqual(['hello']);
		expect(course.engine.end('s', course.at).map(({ rule }) => rule.name)).toEqual(['goodbye']);
		expect(course.engine.tick(course.at + MINUTE)).toEqual([]);
	});

	it('do not count who withdrew', () => {
		const course = new Course(oneRule('when: { mood: { of: sadness, atLeast: 0.6 } }')).start().say('ab', 'sadness');
		course.engine.forget('s', 'a');
		course.say('c', 'sadness');
		expect(course.fired).toEqual([]);
		course.say('d', 'sadness');
		expect(course.fired).toHaveLength(1);
	});

	it('wait for five where a community wants groups of five', () => {
		const course = new Course(oneRule('when: { mood: { of: sadness, atLeast: 0.6 } }'), { settings: { groupOf: 5 } });
		course.start().say('abcd', 'sadness');
		expect(course.fired).toEqual([]);
		expect(course.say('e', 'sadness').fired).toEqual([5]);
	});

	it('know what the longest window held when other rules come into force', () => {
		const course = new Course(oneRule('when: { mood: { of: fear, within: 20m, atLeast: 0.6 } }')).start();
		course.say('abc', 'sadness');
		course.engine.replace(rulesOf(oneRule('when: { mood: { of: sadness, within: 5m, atLeast: 0.6 } }')));
		expect(course.pass(5000).fired).toHaveLength(1);
	});
});
