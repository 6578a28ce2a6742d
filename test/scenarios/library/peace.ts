import { Script } from '../builder.ts';
import type { Clips } from '../clips.ts';
import type { Scenario } from '../script.ts';

const MINUTE_MS = 60_000;
const WHISPERED = { gainDb: -26 } as const;

/** Conversations of people at peace: a warning would be a false alarm. */
export function peace(clips: Clips): Scenario[] {
	const script = (seed: number): Script => new Script(clips, seed);
	const smallTalk = (): Scenario => {
		const it = script(101);
		const [ada, ben, cleo] = it.members('crm1002', 'crm1064', 'crm1010') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
				[ada, 'happiness'],
				[ben, 'sadness'],
			],
			4 * MINUTE_MS,
		);
		return it.end('small-talk', 'tuning', 'three talk of this and that', { endsIn: ['calm'] });
	};
	const party = (): Scenario => {
		const it = script(102);
		const [ada, ben, cleo, dora, eva] = it.members('crm1013', 'crm1033', 'crm1052', 'crm1070', 'crm1078') as never[];
		const turns = [
			[ada, 'happiness'],
			[ben, 'happiness'],
			[cleo, 'laughter'],
			[dora, 'happiness'],
			[eva, 'happiness'],
			[ben, 'laughter'],
		];
		it.talk(
			turns.map(([who, emotion]) => [who as never, emotion as string, { overMs: 500 }] as const),
			4 * MINUTE_MS,
		);
		return it.end('happy-party', 'held-out', 'five are in high spirits and talk over each other');
	};
	const overMusic = (): Scenario => {
		const it = script(109);
		const [ada, ben] = it.members('crm1078', 'crm1033') as [never, never];
		it.beneath(it.member(undefined), clips.music(24), 3 * MINUTE_MS, -6);
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'happiness'],
				[ada, 'happiness'],
				[ben, 'neutral'],
			],
			3 * MINUTE_MS,
		);
		return it.end('music-playing', 'tuning', 'somebody plays music to a conversation');
	};
	const crosstalk = (): Scenario => {
		const it = script(111);
		const [ada, ben, cleo] = it.members('crm1002', 'crm1048', 'crm1074') as [never, never, never];
		const over = { overMs: 1500 };
		it.talk(
			[
				[ada, 'neutral', over],
				[ben, 'happiness', over],
				[cleo, 'neutral', over],
				[ben, 'neutral', over],
				[ada, 'happiness', over],
			],
			4 * MINUTE_MS,
		);
		return it.end('crosstalk', 'tuning', 'everyone talks at the same time, in peace');
	};
	const unheard = (): Scenario => {
		const it = script(112);
		const [ada] = it.members('crm1010') as [never];
		const ben = it.member('crm1064', { consents: false });
		const cleo = it.member('crm1013', { consents: false });
		it.talk(
			[
				[ben, 'anger'],
				[cleo, 'anger'],
				[ada, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('quarrel-of-the-unheard', 'held-out', 'two quarrel who did not agree to be heard');
	};
	const sad = (): Scenario => {
		const it = script(113);
		const [ada, ben] = it.members('crm1078', 'crm1070') as [never, never];
		it.talk(
			[
				[ada, 'sadness'],
				[ben, 'neutral'],
				[ada, 'sadness'],
				[ben, 'sadness'],
			],
			4 * MINUTE_MS,
		);
		return it.end('sad-talk', 'tuning', 'one is sad and another listens');
	};
	const whispered = (): Scenario => {
		const it = script(114);
		const [ada, ben] = it.members('crm1052', 'crm1048') as [never, never];
		it.talk(
			[
				[ada, 'neutral', WHISPERED],
				[ben, 'neutral', WHISPERED],
				[ada, 'fear', WHISPERED],
			],
			3 * MINUTE_MS,
		);
		return it.end('very-low-voices', 'held-out', 'two speak so low that it is hardly to be heard');
	};
	const german = (): Scenario => {
		const it = script(117);
		const [ada, ben, cleo] = it.members('emo08', 'emo10', 'emo14') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'boredom'],
				[cleo, 'neutral'],
				[ada, 'boredom'],
				[ben, 'sadness'],
				[cleo, 'happiness'],
			],
			4 * MINUTE_MS,
		);
		return it.end('dull-evening-in-german', 'tuning', 'three are bored in German');
	};
	const polish = (): Scenario => {
		const it = script(118);
		const [ada, ben, cleo] = it.members('nemIC0', 'nemSM0', 'nemMK0') as [never, never, never];
		it.talk(
			[
				[ada, 'neutral'],
				[ben, 'happiness'],
				[cleo, 'neutral'],
				[ada, 'surprise'],
				[ben, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('polish-small-talk', 'held-out', 'three talk in Polish');
	};
	const horror = (): Scenario => {
		const it = script(121);
		const [ada, ben] = it.members('crm1010', 'crm1070') as [never, never];
		it.talk(
			[
				[ada, 'fear'],
				[ben, 'neutral'],
				[ada, 'happiness'],
				[ben, 'fear'],
			],
			4 * MINUTE_MS,
		);
		return it.end('horror-game', 'held-out', 'two scare themselves');
	};
	const gossip = (): Scenario => {
		const it = script(122);
		const [ada, ben, cleo] = it.members('crm1002', 'crm1074', 'crm1033') as [never, never, never];
		it.talk(
			[
				[ada, 'disgust'],
				[ben, 'neutral'],
				[cleo, 'happiness'],
				[ben, 'disgust'],
				[ada, 'neutral'],
				[cleo, 'neutral'],
			],
			4 * MINUTE_MS,
		);
		return it.end('gossip', 'tuning', 'three are disgusted at somebody who is not there');
	};
	const bot = (): Scenario => {
		const it = script(123);
		const [ada, ben] = it.members('crm1052', 'crm1064') as [never, never];
		const player = it.member('crm1013', { bot: true });
		it.talk(
			[
				[player, 'anger'],
				[ada, 'neutral'],
				[player, 'anger'],
				[ben, 'happiness'],
				[player, 'anger'],
			],
			4 * MINUTE_MS,
		);
		return it.end('bot-plays-a-quarrel', 'tuning', 'a bot plays a film full of anger to two members');
	};
	return [
		smallTalk(),
		party(),
		overMusic(),
		crosstalk(),
		unheard(),
		sad(),
		whispered(),
		german(),
		polish(),
		horror(),
		gossip(),
		bot(),
	];
}
