import { Script } from '../builder.ts';
import type { Clips } from '../clips.ts';
import type { Scenario } from '../script.ts';

const MINUTE_MS = 60_000;

/** Quarrels of two, and how they begin and end. */
export function quarrels(clips: Clips): Scenario[] {
	const script = (seed: number): Script => new Script(clips, seed);
	const buildsUp = (): Scenario => {
		const it = script(1);
		const [ada, ben, cleo] = it.members('crm1013', 'crm1064', 'crm1002') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'happiness'],
				[cleo, 'neutral'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.say(ben, 'disgust').say(ada, 'neutral').onset();
		it.say(ben, 'anger').say(ada, 'disgust').say(ben, 'anger').say(ada, 'anger');
		it.talk(
			[
				[ben, 'anger'],
				[ada, 'anger'],
			],
			40_000,
		);
		return it.end('argument-builds-up', 'tuning', 'small talk turns sour, then into a quarrel of two');
	};
	const sudden = (): Scenario => {
		const it = script(2);
		const [ada, ben, cleo] = it.members('crm1052', 'crm1033', 'crm1078') as [never, never, never];
		it.talk(
			[
				[ada, 'happiness'],
				[ben, 'neutral'],
				[cleo, 'neutral'],
				[ada, 'neutral'],
			],
			2 * MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			45_000,
		);
		return it.end('sudden-quarrel', 'held-out', 'a friendly conversation breaks into a quarrel at once');
	};
	const fromTheStart = (): Scenario => {
		const it = script(3);
		const [ada, ben] = it.members('crm1074', 'crm1048') as [never, never];
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			45_000,
		);
		return it.end('quarrel-from-the-start', 'tuning', 'two come into the channel quarrelling');
	};
	const calmsDown = (): Scenario => {
		const it = script(4);
		const [ada, ben, cleo] = it.members('crm1078', 'crm1070', 'crm1010') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[cleo, 'happiness'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset()
			.talk(
				[
					[ada, 'anger'],
					[ben, 'anger'],
				],
				40_000,
			)
			.pause(4000);
		it.talk(
			[
				[cleo, 'neutral'],
				[ben, 'neutral'],
				[ada, 'sadness'],
				[cleo, 'neutral'],
			],
			90_000,
		);
		const about = 'a quarrel that ends: the channel cools and is calm again';
		return it.end('quarrel-calms-down', 'tuning', about, { endsIn: ['calm'] });
	};
	const monologues = (): Scenario => {
		const it = script(5);
		const [ada, ben] = it.members('crm1052', 'crm1064') as [never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
			],
			40_000,
		);
		it.onset().monologue(ada, 'anger', 25_000).monologue(ben, 'anger', 25_000);
		return it.end('two-monologues', 'tuning', 'one rages without a pause, then the other');
	};
	const monologuesAtOnce = (): Scenario => {
		const it = script(6);
		const [ada, ben] = it.members('crm1074', 'crm1070') as [never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'happiness'],
			],
			40_000,
		);
		it.onset().monologue(ada, 'anger', 30_000).monologue(ben, 'anger', 30_000, { overMs: 22_000 });
		return it.end('shouting-match', 'tuning', 'two rage without a pause, most of it at the same time');
	};
	const always = (): Scenario => {
		const it = script(7);
		const [ada, ben] = it.members('crm1013', 'crm1033') as [never, never];
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
				[ada, 'anger'],
				[ben, 'disgust'],
			],
			7 * MINUTE_MS,
		);
		const about = 'seven minutes of nothing but quarrel: it stays hot, and is not taken for usual';
		return it.end('always-angry', 'tuning', about, { endsIn: ['hot', 'warm'] });
	};
	const polish = (): Scenario => {
		const it = script(8);
		const [ada, ben] = it.members('nemIC0', 'nemSM0') as [never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[ada, 'happiness'],
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
		return it.end('polish-quarrel', 'held-out', 'two quarrel in Polish');
	};
	const german = (): Scenario => {
		const it = script(9);
		const [ada, ben] = it.members('emo14', 'emo10') as [never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'boredom'],
				[ada, 'boredom'],
				[ben, 'neutral'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			45_000,
		);
		return it.end('german-quarrel', 'tuning', 'two quarrel in German');
	};
	const sadThenAngry = (): Scenario => {
		const it = script(18);
		const [ada, ben] = it.members('crm1010', 'crm1064') as [never, never];
		it.talk(
			[
				[ada, 'sadness'],
				[ben, 'neutral'],
				[ada, 'sadness'],
				[ben, 'sadness'],
			],
			MINUTE_MS,
		);
		it.onset().talk(
			[
				[ben, 'anger'],
				[ada, 'anger'],
			],
			50_000,
		);
		return it.end('grief-turns-to-anger', 'tuning', 'a sad talk ends in reproaches');
	};
	const again = (): Scenario => {
		const it = script(20);
		const [ada, ben] = it.members('crm1013', 'crm1048') as [never, never];
		it.onset().talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			30_000,
		);
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[ada, 'happiness'],
			],
			2 * MINUTE_MS,
		);
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'anger'],
			],
			30_000,
		);
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
			],
			2 * MINUTE_MS,
		);
		const about = 'it flares up again within minutes; moderators know already';
		return it.end('quarrel-flares-up-again', 'tuning', about, { endsIn: ['calm'] });
	};
	return [
		buildsUp(),
		sudden(),
		fromTheStart(),
		calmsDown(),
		monologues(),
		monologuesAtOnce(),
		always(),
		polish(),
		german(),
		sadThenAngry(),
		again(),
	];
}
