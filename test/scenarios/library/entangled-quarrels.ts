import { Script } from '../builder.ts';
import type { Clips } from '../clips.ts';
import type { Scenario } from '../script.ts';

const MINUTE_MS = 60_000;

/** Quarrels that are harder to hear: among others, beneath noise, in low voices, in several languages. */
export function entangledQuarrels(clips: Clips): Scenario[] {
	const script = (seed: number): Script => new Script(clips, seed);
	const mixed = (): Scenario => {
		const it = script(10);
		const [ada, ben, cleo] = it.members('emo08', 'nemMK0', 'crm1002') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[cleo, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
				[ada, 'anger'],
				[cleo, 'anger'],
			],
			50_000,
		);
		return it.end('quarrel-of-three-languages', 'held-out', 'German, Polish and English at odds');
	};
	const bystanders = (): Scenario => {
		const it = script(11);
		const [ada, ben, cleo, dora] = it.members('crm1064', 'crm1013', 'crm1048', 'crm1010') as [
			never,
			never,
			never,
			never,
		];
		it.talk(
			[
				[cleo, 'neutral'],
				[dora, 'happiness'],
				[ada, 'neutral'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset();
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
				[cleo, 'neutral'],
				[ada, 'anger'],
				[ben, 'anger'],
				[dora, 'neutral'],
			],
			MINUTE_MS,
		);
		return it.end('quarrel-with-bystanders', 'held-out', 'two quarrel while two others try to talk on');
	};
	const overMusic = (): Scenario => {
		const it = script(12);
		const [ada, ben] = it.members('crm1002', 'crm1033') as [never, never];
		const box = it.member(undefined);
		it.beneath(box, clips.music(24), 2 * MINUTE_MS, -12);
		it.talk(
			[
				[ada, 'happiness'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			50_000,
		);
		return it.end('quarrel-over-music', 'tuning', 'somebody plays music while two quarrel');
	};
	const crosstalk = (): Scenario => {
		const it = script(13);
		const [ada, ben] = it.members('crm1078', 'crm1064') as [never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger', { overMs: 1400 }],
				[ben, 'anger', { overMs: 1400 }],
			],
			40_000,
		);
		return it.end('quarrel-with-interruptions', 'tuning', 'they do not let each other finish');
	};
	const dominated = (): Scenario => {
		const it = script(14);
		const [ada, ben, cleo] = it.members('crm1052', 'crm1070', 'crm1010') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
			],
			MINUTE_MS,
		);
		it.onset();
		it.talk(
			[
				[ada, 'anger'],
				[ada, 'anger'],
				[ben, 'neutral'],
				[ada, 'anger'],
				[ada, 'anger'],
				[cleo, 'fear'],
			],
			MINUTE_MS,
		);
		return it.end('one-berates-the-others', 'held-out', 'one member rages at two who hardly answer');
	};
	const soft = (): Scenario => {
		const it = script(15);
		const [ada, ben] = it.members('crm1013', 'crm1070') as [never, never];
		it.talk(
			[
				[ada, 'neutral', { gainDb: -18 }],
				[ben, 'happiness', { gainDb: -18 }],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger', { gainDb: -18 }],
				[ben, 'anger', { gainDb: -18 }],
			],
			45_000,
		);
		return it.end('quarrel-in-low-voices', 'held-out', 'anger is not loudness: both are set very low');
	};
	const inTheRain = (): Scenario => {
		const it = script(16);
		const [ada, ben] = it.members('crm1074', 'crm1033') as [never, never];
		it.beneath(ada, clips.sound('rain')[0] as never, 110_000, -22);
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
			],
			50_000,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			50_000,
		);
		return it.end('quarrel-in-the-rain', 'tuning', 'rain on the microphone of one of two who quarrel');
	};
	const scorn = (): Scenario => {
		const it = script(17);
		const [ada, ben, cleo] = it.members('crm1048', 'crm1052', 'crm1074') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'happiness'],
				[cleo, 'neutral'],
			],
			MINUTE_MS,
		).onset();
		it.say(ada, 'anger').say(ben, 'anger').laugh(cleo);
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
				[cleo, 'anger'],
			],
			45_000,
		);
		return it.end('quarrel-with-a-laugh', 'held-out', 'somebody laughs at it once, and joins in');
	};
	const withGuests = (): Scenario => {
		const it = script(19);
		const [ada, ben] = it.members('crm1002', 'crm1048') as [never, never];
		const guest = it.member('crm1078', { consents: false });
		it.talk(
			[
				[ada, 'neutral'],
				[guest, 'happiness'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[guest, 'neutral'],
				[ben, 'anger'],
				[guest, 'happiness'],
			],
			MINUTE_MS,
		);
		return it.end(
			'quarrel-beside-a-guest',
			'held-out',
			'two quarrel; who did not agree to be heard jokes between them',
		);
	};
	const everyone = (): Scenario => {
		const it = script(21);
		const [ada, ben, cleo] = it.members('crm1078', 'crm1033', 'crm1010') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
			],
			MINUTE_MS,
		);
		const over = { overMs: 2200 };
		it.onset().talk(
			[
				[ada, 'anger', over],
				[ben, 'anger', over],
				[cleo, 'anger', over],
			],
			40_000,
		);
		return it.end('everyone-at-once', 'held-out', 'three quarrel, all at the same time');
	};
	return [
		mixed(),
		bystanders(),
		overMusic(),
		crosstalk(),
		dominated(),
		soft(),
		inTheRain(),
		scorn(),
		withGuests(),
		everyone(),
	];
}
