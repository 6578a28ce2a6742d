import { Script } from '../builder.ts';
import type { Clips } from '../clips.ts';
import type { Clip, Scenario } from '../script.ts';

const MINUTE_MS = 60_000;
const LOUD = { gainDb: 12 } as const;

/** What may be taken for a quarrel and is none: banter, games, bad temper, noise. */
export function nearlyAngry(clips: Clips): Scenario[] {
	const script = (seed: number): Script => new Script(clips, seed);
	const sound = (name: string, index = 0): Clip => clips.sound(name)[index] as Clip;
	const banter = (): Scenario => {
		const it = script(103);
		const [ada, ben, cleo] = it.members('crm1074', 'crm1064', 'crm1013') as [never, never, never];
		it.talk(
			[
				[ada, 'happiness'],
				[ben, 'anger'],
				[cleo, 'laughter'],
				[ada, 'laughter'],
				[ben, 'happiness'],
				[ada, 'anger'],
				[ben, 'laughter'],
				[cleo, 'happiness'],
			],
			4 * MINUTE_MS,
		);
		return it.end('banter-with-laughter', 'tuning', 'mock anger, and everyone laughs');
	};
	const teasing = (): Scenario => {
		const it = script(104);
		const [ada, ben, cleo] = it.members('crm1078', 'crm1048', 'crm1052') as [never, never, never];
		it.talk(
			[
				[ben, 'anger'],
				[ada, 'laughter'],
				[ada, 'happiness'],
				[cleo, 'laughter'],
				[ben, 'happiness'],
				[cleo, 'anger'],
				[ben, 'laughter'],
				[ada, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('teasing', 'held-out', 'friends tease each other, loudly and with laughter');
	};
	const game = (): Scenario => {
		const it = script(105);
		const [ada, ben, cleo] = it.members('crm1033', 'crm1002', 'crm1070') as [never, never, never];
		it.beneath(it.member(undefined), clips.music(24), 4 * MINUTE_MS, -15);
		it.talk(
			[
				[ada, 'happiness', LOUD],
				[ben, 'fear', LOUD],
				[cleo, 'happiness', LOUD],
				[ben, 'happiness', LOUD],
				[cleo, 'anger', LOUD],
				[ada, 'neutral', LOUD],
				[ben, 'neutral', LOUD],
				[cleo, 'fear', LOUD],
			],
			4 * MINUTE_MS,
		);
		return it.end('shouting-in-a-game', 'tuning', 'excited, frightened and loud beside the music of a game');
	};
	const clippedGame = (): Scenario => {
		const it = script(106);
		const [ada, ben] = it.members('nemIC0', 'nemSM0') as [never, never];
		const loud = { gainDb: 18 };
		it.talk(
			[
				[ada, 'surprise', loud],
				[ben, 'surprise', loud],
				[ada, 'happiness', loud],
				[ben, 'neutral', loud],
			],
			4 * MINUTE_MS,
		);
		return it.end('game-with-clipping', 'held-out', 'two play in Polish with microphones set far too loud');
	};
	const grumpy = (): Scenario => {
		const it = script(107);
		const [ada, ben, cleo, dora] = it.members('crm1064', 'crm1013', 'crm1010', 'crm1052') as [
			never,
			never,
			never,
			never,
		];
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
				[dora, 'neutral'],
				[ada, 'disgust'],
				[cleo, 'neutral'],
				[dora, 'happiness'],
			],
			5 * MINUTE_MS,
		);
		return it.end('one-grumpy-member', 'tuning', 'one is out of temper, the others do not mind');
	};
	const grumpyGerman = (): Scenario => {
		const it = script(108);
		const [ada, ben, cleo] = it.members('emo10', 'emo08', 'emo14') as [never, never, never];
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
				[ada, 'boredom'],
				[ben, 'happiness'],
				[cleo, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('one-grumpy-german', 'held-out', 'the same in German, among three');
	};
	const musicOnly = (): Scenario => {
		const it = script(110);
		const [ada, ben] = [it.member(undefined), it.member(undefined)];
		for (let round = 0; round < 3; round++) it.play(ada, clips.music(24)).pause(2000).play(ben, clips.music(24));
		return it.end('nothing-but-music', 'held-out', 'two listen to music', { endsIn: ['calm'] });
	};
	const noise = (): Scenario => {
		const it = script(115);
		const [ada, ben] = [it.member(undefined), it.member(undefined)];
		for (let round = 0; round < 4; round++) {
			it.play(ada, sound('dog-bark')).play(ben, sound('chainsaw')).play(ada, sound('helicopter'));
			it.play(ben, sound('person-sneeze')).play(ada, sound('rain', 1)).play(ben, sound('dog-bark', 1)).pause(3000);
		}
		return it.end('noise-only', 'tuning', 'dogs, a saw, a helicopter, sneezing and rain', { endsIn: ['calm'] });
	};
	const baby = (): Scenario => {
		const it = script(116);
		const [ada, ben] = it.members('crm1074', 'crm1033') as [never, never];
		for (let round = 0; round < 8; round++) {
			it.say(ben, 'neutral').say(ada, 'neutral').play(ada, sound('baby-cry')).say(ben, 'happiness').say(ada, 'neutral');
		}
		return it.end('crying-baby', 'held-out', 'a baby cries beside one who talks');
	};
	const outburst = (): Scenario => {
		const it = script(119);
		const [ada, ben, cleo] = it.members('crm1013', 'crm1064', 'crm1052') as [never, never, never];
		for (let round = 0; round < 4; round++) {
			it.talk(
				[
					[ada, 'neutral'],
					[ben, 'happiness'],
					[cleo, 'neutral'],
					[ada, 'happiness'],
				],
				50_000,
			).say(ben, 'anger');
		}
		return it.end('single-outbursts', 'tuning', 'one curses once a minute');
	};
	const apology = (): Scenario => {
		const it = script(120);
		const [ada, ben] = it.members('crm1078', 'crm1048') as [never, never];
		for (let round = 0; round < 3; round++) {
			it.talk(
				[
					[ada, 'neutral'],
					[ben, 'neutral'],
					[ada, 'happiness'],
				],
				MINUTE_MS,
			);
			it.say(ben, 'anger').say(ada, 'anger').say(ben, 'neutral').say(ada, 'neutral').say(ben, 'happiness');
		}
		return it.end('words-and-apology', 'held-out', 'a sharp word, a sharp answer, and it is over');
	};
	const loneGamer = (): Scenario => {
		const it = script(124);
		const [ada, ben, cleo] = it.members('crm1070', 'crm1002', 'crm1010') as [never, never, never];
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'laughter'],
				[cleo, 'happiness'],
				[ada, 'happiness'],
				[ben, 'happiness'],
				[ada, 'anger'],
				[cleo, 'laughter'],
				[ben, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('who-loses-a-game', 'tuning', 'one is cross about a game and the others laugh');
	};
	const rant = (): Scenario => {
		const it = script(125);
		const [ada, ben, cleo] = it.members('crm1064', 'crm1078', 'crm1052') as [never, never, never];
		for (let round = 0; round < 3; round++) {
			it.talk(
				[
					[ada, 'neutral'],
					[ben, 'neutral'],
					[cleo, 'happiness'],
				],
				MINUTE_MS,
			);
			it.monologue(ada, 'anger', 9000).say(ben, 'happiness').say(cleo, 'neutral');
		}
		return it.end('short-rants', 'tuning', 'one gets worked up for ten seconds about something outside');
	};
	const machine = (): Scenario => {
		const it = script(126);
		const [ada, ben, cleo] = it.members('crm1048', 'crm1074', 'crm1013') as [never, never, never];
		it.talk(
			[
				[ada, 'anger'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
				[ada, 'anger'],
				[ada, 'neutral'],
				[ben, 'happiness'],
				[cleo, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('cursing-at-a-machine', 'held-out', 'one curses at a machine again and again, the others chat');
	};
	return [
		banter(),
		teasing(),
		game(),
		clippedGame(),
		grumpy(),
		grumpyGerman(),
		musicOnly(),
		noise(),
		baby(),
		outburst(),
		apology(),
		loneGamer(),
		rant(),
		machine(),
	];
}
