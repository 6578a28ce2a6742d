import { describe, expect, it } from 'vitest';
import {
	affectOf,
	type Effects,
	type GuildSettings,
	type SesEvent,
	toProbabilities,
} from '../../../src/domain/index.ts';
import {
	AdaptiveReplies,
	adaptiveReply,
	compose,
	type EmotionContext,
	type Performer,
	type PhraseRequest,
} from '../../../src/middleware/index.ts';
import { effectsOf, QUIET_LOG, rulesOf } from '../../support/rules.ts';

const BEGIN = Date.UTC(2026, 10, 22, 20);
const SESSION = { sessionId: 's', guildId: 'g', channelId: 'c', locale: 'es-419' };

function setUp(
	rules: string,
	done: Partial<Effects> = {},
	{
		phrase,
		settings = {},
		settingsOf = async () => settings,
	}: { phrase?: Performer['phrase']; settings?: GuildSettings; settingsOf?: () => Promise<GuildSettings> } = {},
) {
	const said: string[] = [];
	const events: SesEvent[] = [];
	const informed: object[] = [];
	const failed: object[] = [];
	const replies = new AdaptiveReplies(
		{ rules: rulesOf(rules), sounds: new Map(), secrets: new Map() },
		{
			channel: { cooldownMs: 0, perHour: 1000 },
			timeZone: 'UTC',
			settingsOf,
			effects: effectsOf({ say: async (channelId, text) => said.push(`${channelId}: ${text}`) > 0, ...done }),
			publish: (event) => void events.push(event),
			log: {
				...QUIET_LOG,
				info: (values) => void informed.push(values),
				error: (values) => void failed.push(values),
			},
			phrase,
		},
	);
	const run = compose([
		{
			name: 'heat',
			run: (context: EmotionContext, next) => {
				context.heat = { state: 'hot', previous: 'calm', score: 0.6 } as NonNullable<EmotionContext['heat']>;
				context.fatigue = 0.9;
				return next();
			},
		},
		adaptiveReply(replies),
	]);
	const probabilities = toProbabilities(new Array(9).fill(0));
	/** An utterance through the steps. */
	const utter = (speakerId: string, more: Partial<EmotionContext> = {}): Promise<void> =>
		run({
			...SESSION,
			result: {
				utteranceId: `u-${speakerId}`,
				sessionId: SESSION.sessionId,
				speakerId,
				startMs: 0,
				endMs: 2000,
				label: 'unsure',
				confidence: 0.2,
				...affectOf(probabilities),
				probabilities,
				quality: { durationMs: 2000, levelDb: -20, clippedShare: 0, lossShare: 0, snrDb: 30 },
				model: 'test@1',
				dominantSound: 'laughter',
			},
			at: BEGIN,
			signal: new AbortController().signal,
			...more,
		});
	return { replies, utter, said, events, informed, failed };
}

const HOT = (
	more = '',
	then = '[{ message: { en: "Easy in {channel}, {members}", es: "Calma en {channel}, {members}" } }]',
) => `rules:\n  - { name: easy, when: { heat: { to: hot } }, then: ${then}${more} }`;

describe('adaptive replies', () => {
	it('say what a rule says in the language of the server, and tell it on the feed', async () => {
		const { utter, said, events } = setUp(HOT());
		await utter('a');
		expect(said).toEqual(['c: Calma en <#c>, 1']);
		expect(events).toEqual([
			{
				type: 'reply',
				at: BEGIN,
				channelId: 'c',
				text: 'Calma en <#c>, 1',
				action: 'message',
				cause: 'easy',
				ephemeral: false,
			},
		]);
	});

	it('know the sounds and the fatigue hints that the steps found', async () => {
		const { utter, said } = setUp(`rules:
  - name: both
    when: { sound: { of: laughter, atLeast: 3 }, fatigue: { atLeast: 0.8 } }
    then: [{ message: { en: found } }]`);
		for (const speakerId of ['a', 'b', 'c']) await utter(speakerId);
		expect(said).toEqual(['c: found']);
	});

	it('do nothing for an utterance of who has withdrawn', async () => {
		const { utter, said } = setUp(HOT());
		await utter('a', { signal: AbortSignal.abort() });
		expect(said).toEqual([]);
	});

	it('do nothing for a rule that only tries, and log it', async () => {
		const { utter, said, informed } = setUp(HOT(', dryRun: true'));
		await utter('a');
		expect([said, informed]).toEqual([[], [{ rule: 'easy' }]]);
	});

	it('go on after what could not be done, and tell of what could on the feed', async () => {
		const reacted: string[] = [];
		const { utter, events, informed } = setUp(HOT('', '[{ message: { en: Easy } }, { reaction: "🌿" }]'), {
			say: async () => false,
			react: async (_, emoji) => reacted.push(emoji) > 0,
		});
		await utter('a');
		expect(reacted).toEqual(['🌿']);
		expect(events).toMatchObject([{ type: 'reply', action: 'reaction', text: '' }]);
		expect(informed).toEqual([{ rule: 'easy', done: ['reaction'], failed: ['message'] }]);
	});

	it('have a text worded anew, without telling who or where, and fall back on the rule’s own', async () => {
		const asked: PhraseRequest[] = [];
		let answer: string | undefined = 'Tranquilos en {channel}.';
		const phrase = async (request: PhraseRequest) => {
			asked.push(request);
			return answer;
		};
		const { replies, utter, said } = setUp(HOT(', cooldown: 0s'), {}, { phrase });
		await utter('a');
		answer = undefined;
		replies.forget('s', undefined, BEGIN);
		await utter('a');
		expect(said).toEqual(['c: Tranquilos en <#c>.', 'c: Calma en <#c>, 1']);
		const request = { rule: 'easy', cause: 'heat', locale: 'es-419', draft: 'Calma en {channel}, 1' };
		expect(asked).toEqual([request, request]);
	});

	it('see a session begin and end, and wait for what they say then', async () => {
		const { replies, said } = setUp(`rules:
  - { name: hello, when: { session: { event: start } }, then: [{ message: { en: Hello, es: Hola } }] }
  - { name: bye, when: { session: { event: end } }, then: [{ message: { en: Bye, es: Chau } }] }`);
		replies.started(SESSION, BEGIN);
		await replies[Symbol.asyncDispose]();
		replies.forget('s', undefined, BEGIN + 60_000);
		await replies[Symbol.asyncDispose]();
		expect(said).toEqual(['c: Hola', 'c: Chau']);
	});

	it('let the clock bring about what lasts though nobody speaks', async () => {
		const { replies, utter, said } = setUp(HOT(', for: 1m').replace('to: hot', 'state: hot'));
		await utter('a');
		replies.tick(BEGIN + 59_000);
		await replies[Symbol.asyncDispose]();
		expect(said).toEqual([]);
		replies.tick(BEGIN + 60_000);
		await replies[Symbol.asyncDispose]();
		expect(said).toHaveLength(1);
	});

	it('obey what a server chose', async () => {
		const { utter, said } = setUp(HOT(), {}, { settings: { replies: false } });
		await utter('a');
		expect(said).toEqual([]);
	});

	it('go by other rules from the moment that they are replaced', async () => {
		const { replies, utter, said } = setUp(HOT());
		replies.replace({
			rules: rulesOf(HOT('', '[{ message: { en: Otherwise } }]')),
			sounds: new Map(),
			secrets: new Map(),
		});
		await utter('a');
		expect(said).toEqual(['c: Otherwise']);
	});

	it('count nobody who has withdrawn', async () => {
		const { replies, utter, said } = setUp(`rules:
  - name: both
    when: { sound: { of: laughter, atLeast: 2 } }
    then: [{ message: { en: "{members}" } }]`);
		await utter('a');
		replies.forget('s', 'a', BEGIN);
		await utter('b');
		expect(said).toEqual([]);
		await utter('c');
		expect(said).toEqual(['c: 2']);
	});

	it('do nothing in a session that was over before its settings were read', async () => {
		const asked = Promise.withResolvers<GuildSettings>();
		const begun = Promise.withResolvers<void>();
		const settingsOf = () => {
			begun.resolve();
			return asked.promise;
		};
		const { replies, utter, said } = setUp(HOT(), {}, { settingsOf });
		const uttered = utter('a');
		await begun.promise;
		replies.forget('s', undefined, BEGIN);
		asked.resolve({});
		await uttered;
		await replies[Symbol.asyncDispose]();
		expect(said).toEqual([]);
	});

	it('log what fails while nobody waits for it, and go on', async () => {
		const lost = new Error('the store is gone');
		let answer = Promise.reject<GuildSettings>(lost);
		const { replies, said, failed } = setUp(
			'rules: [{ name: hello, when: { session: { event: start } }, then: [{ message: { en: Hello } }] }]',
			{},
			{ settingsOf: () => answer },
		);
		replies.started(SESSION, BEGIN);
		await replies[Symbol.asyncDispose]();
		expect([said, failed]).toEqual([[], [{ error: lost }]]);
		answer = Promise.resolve({});
		replies.started(SESSION, BEGIN);
		await replies[Symbol.asyncDispose]();
		expect(said).toEqual(['c: Hello']);
	});

	it('say nothing without rules', async () => {
		const run = compose([adaptiveReply()]);
		await expect(
			run({ ...SESSION, at: BEGIN, result: {}, signal: new AbortController().signal } as never),
		).resolves.toBeUndefined();
	});
});
