import { describe, expect, it } from 'vitest';
import type { Effects, SesEvent } from '../../../src/domain/index.ts';
import { perform } from '../../../src/middleware/rules/perform.ts';
import { rulesOf } from '../../support/rules.ts';

const AT = Date.UTC(2026, 10, 22, 20);
const SECRET = `whsec_${'A'.repeat(32)}`;
const FIGURES = { minutes: 125, members: 4, heat: 0.456 };
const PACKETS = { en: [Uint8Array.of(1)], de: [Uint8Array.of(2)] };

/** Does what `then` says, with all that was asked of the effects, which answer `happens`. */
async function done(then: string, { locale = 'de', happens = true } = {}) {
	const asked: unknown[][] = [];
	const events: SesEvent[] = [];
	const effects = new Proxy({} as Effects, {
		get:
			(_, name) =>
			async (...what: unknown[]) => {
				asked.push([name, ...what]);
				return happens;
			},
	});
	const rules = rulesOf(`rules:\n  - { name: tried, when: { session: { event: start } }, then: ${then} }`);
	const session = { sessionId: 's', guildId: 'g', channelId: 'c', locale };
	const [rule] = rules.rules;
	if (!rule) throw new Error('There is no rule.');
	const sounds = new Map([
		['rain.ogg', PACKETS.en],
		['regen.ogg', PACKETS.de],
	]);
	const outcome = await perform(
		{ at: AT, rule, session, cause: 'session', figures: FIGURES },
		{ rules, sounds, secrets: new Map([['env:HOOK', SECRET]]) },
		{ effects, publish: (event) => void events.push(event) },
	);
	return { asked, events, ...outcome };
}

const told = (action: string, text = '') => ({
	...{ type: 'reply', at: AT, channelId: 'c', text, action, cause: 'tried', ephemeral: false },
});
const PLACE = expect.objectContaining({ sessionId: 's', guildId: 'g', channelId: 'c' });

describe('what a rule does', () => {
	it('fills a message with the figures of the session', async () => {
		const text = '{channel}: {hours} h, {minutes} min, {members}, {heat} %';
		const { asked, events } = await done(`[{ message: { en: "${text}" } }]`);
		expect(asked).toEqual([['say', 'c', '<#c>: 2 h, 125 min, 4, 46 %']]);
		expect(events).toEqual([told('message', '<#c>: 2 h, 125 min, 4, 46 %')]);
	});

	it('posts an embed in the language of the server, with a title and a colour where the rule has them', async () => {
		const full = await done(
			'[{ embed: { title: { en: "Hi {members}", de: "Hallo {members}" }, text: { en: Rest, de: Pause }, colour: "#0000ff" } }]',
		);
		expect(full.asked).toEqual([['embed', 'c', { title: 'Hallo 4', text: 'Pause', colour: 255 }]]);
		expect(full.events).toEqual([told('embed', 'Hallo 4\nPause')]);
		const bare = await done('[{ embed: { text: { en: Rest, de: Pause } } }]', { locale: 'pl' });
		expect(bare.asked).toEqual([['embed', 'c', { text: 'Rest' }]]);
		expect(bare.events).toEqual([told('embed', 'Rest')]);
	});

	it('suggests a slow mode, for as long as the rule says', async () => {
		const { asked, events } = await done('[{ slowMode: { seconds: 30 } }]');
		expect(asked).toEqual([['suggestSlowMode', PLACE, 30]]);
		expect(events).toEqual([told('slowMode')]);
	});

	it('plays a sound of the soundboard, of another server if that is named', async () => {
		const sound = '123456789012345678';
		const guild = '223456789012345678';
		const own = await done(`[{ soundboard: { sound: "${sound}" } }]`);
		expect(own.asked).toEqual([['soundboard', PLACE, sound, undefined]]);
		const other = await done(`[{ soundboard: { sound: "${sound}", guild: "${guild}" } }]`);
		expect(other.asked).toEqual([['soundboard', PLACE, sound, guild]]);
	});

	it('plays the recording in the language of the server, English where there is none', async () => {
		const play = '[{ play: { en: rain.ogg, de: regen.ogg } }]';
		expect((await done(play)).asked).toEqual([['play', PLACE, PACKETS.de]]);
		expect((await done(play, { locale: 'es-419' })).asked).toEqual([['play', PLACE, PACKETS.en]]);
	});

	it('calls a webhook with figures of the channel and nobody in them, signed with what its name stands for', async () => {
		const hook = (secret: string) =>
			`[{ webhook: { url: "https://example.org/hook", secret: "${secret}", timeout: 500 } }]`;
		const { asked } = await done(hook('env:HOOK'));
		const data = { rule: 'tried', guildId: 'g', channelId: 'c', sessionId: 's', ...FIGURES };
		const message = { type: 'rule.fired', timestamp: '2026-11-22T20:00:00.000Z', data };
		const target = { url: 'https://example.org/hook', secret: SECRET, timeoutMs: 500 };
		expect(asked).toEqual([['call', target, message]]);
		const plain = `whsec_${'B'.repeat(32)}`;
		expect((await done(hook(plain))).asked).toEqual([['call', { ...target, secret: plain }, message]]);
	});

	it('is told on the feed when it happened, and reported when it could not be', async () => {
		const then = '[{ message: { en: hi } }, { slowMode: { seconds: 5 } }, { reaction: "🌿" }]';
		expect(await done(then)).toMatchObject({ done: ['message', 'slowMode', 'reaction'], failed: [] });
		const failing = await done(then, { happens: false });
		expect(failing).toMatchObject({ done: [], failed: ['message', 'slowMode', 'reaction'], events: [] });
		// One that fails keeps no other from being tried.
		expect(failing.asked.map(([name]) => name)).toEqual(['say', 'suggestSlowMode', 'react']);
	});
});
