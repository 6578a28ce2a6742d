import { CommandInteractionOptionResolver, type Interaction } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/bot/commands/mood/summary.ts';
import { statusText } from '../../src/bot/commands/status.ts';
import { LOCALES, translate } from '../../src/bot/i18n/index.ts';
import { onCommand } from '../../src/bot/listeners/command.ts';
import { EMOTIONS, type EmotionLabel, type MemberHealth, type MoodEntry } from '../../src/domain/index.ts';
import { SILENT_LOG } from '../support/discord.ts';

/** Noise that is the same in each run: real figures have as many digits and compress as badly. */
const noise = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

const entry = (index: number, label: EmotionLabel = 'happiness'): MoodEntry => ({
	utteranceId: `0a1b2c3d-${index}`,
	sessionId: '0a1b2c3d',
	speakerId: '123456789012345678',
	startMs: index * 4000,
	endMs: index * 4000 + 2000,
	label,
	confidence: noise(index),
	valence: noise(index + 0.1),
	arousal: noise(index + 0.2),
	probabilities: Object.fromEntries(EMOTIONS.map((emotion, at) => [emotion, noise(index + at / 10)])) as never,
	quality: { durationMs: 2000, levelDb: -60 * noise(index + 0.3), clippedShare: 0, lossShare: 0, snrDb: 30 },
	guildId: '123456789012345678',
	channelId: '123456789012345678',
	at: 1_790_000_000_000 + index * 4000,
});

describe('/mood me', () => {
	it('names the two likeliest moods', () => {
		const text = summarize([entry(0), entry(1), entry(2, 'sadness'), entry(3, 'unsure')], 'en');
		expect(text).toContain('**happiness** (50 %), then **sadness** (25 %). For 25 % I was not sure.');
	});

	it('takes the member’s word for what they corrected, and says how sure it was of the rest', () => {
		const kept = [
			{ ...entry(0, 'anger'), contested: 'calm' as const },
			{ ...entry(1, 'calm'), confidence: 0.5 },
		];
		const text = summarize(kept, 'en');
		expect(text).toContain('**calm** (100 %)');
		expect(text).not.toContain('anger');
		expect(text).toContain('50 % sure');
		expect(text).toContain('You corrected 1');
	});

	it.each(LOCALES)('names no mood when it was never sure (%s)', (locale) => {
		const text = summarize([entry(0, 'unsure'), entry(1, 'unsure')], locale);
		expect(text).not.toMatch(/\*\*|%|\{/);
		expect(text).toContain('2');
		expect(text).toContain('4 s');
	});
});

const member = (index: number): MemberHealth => ({
	speakerId: `1234567890123${String(index).padStart(5, '0')}`,
	heard: 123_456,
	lost: 1234,
	late: 0,
	duplicate: 0,
	undecryptable: 12,
	concealed: 1234,
	recovered: 0,
	dropped: 0,
});

const session = (members: number): Parameters<typeof statusText>[0] => ({
	channel: { id: '123456789012345678' } as never,
	elapsedMs: 150_000,
	state: { status: 'listening' },
	ignoredPackets: 4321,
	malformedPackets: 0,
	health: Array.from({ length: members }, (_, index) => member(index)),
});

describe('/emotion status', () => {
	it('shows everyone while there is room', () => {
		const text = statusText(session(5), 'en');
		expect(text.match(/<@\d+>/g)).toHaveLength(5);
		expect(text).toMatch(/^In <#123456789012345678> for 3 min · listening\n/);
		expect(text).toContain('4321');
		expect(text).not.toContain('more');
	});

	it('counts for each member and for all together', () => {
		const two = [
			{
				...member(1),
				heard: 100,
				lost: 3,
				late: 2,
				duplicate: 4,
				undecryptable: 5,
				concealed: 6,
				recovered: 7,
				dropped: 8,
			},
			{
				...member(2),
				heard: 10,
				lost: 1,
				late: 1,
				duplicate: 1,
				undecryptable: 1,
				concealed: 1,
				recovered: 1,
				dropped: 1,
			},
		];
		const lines = statusText({ ...session(0), health: two }, 'en').split('\n');
		expect(lines.slice(1, 4)).toEqual([
			'Together: 110 packets heard, 4 lost (3 late), 7 concealed, 8 recovered, 5 twice, 6 undecryptable, 9 dropped',
			`<@${two[0]?.speakerId}>: 100 packets heard, 3 lost (2 late), 6 concealed, 7 recovered, 4 twice, 5 undecryptable, 8 dropped`,
			`<@${two[1]?.speakerId}>: 10 packets heard, 1 lost (1 late), 1 concealed, 1 recovered, 1 twice, 1 undecryptable, 1 dropped`,
		]);
		expect(statusText(session(1), 'en')).not.toContain('Together');
	});

	it.each(LOCALES.filter((locale) => locale !== 'en'))(
		'says in the reader’s language how the session is (%s)',
		(locale) => {
			const text = statusText(session(1), locale);
			expect(text).not.toContain('listening');
			expect(text).toContain(translate(locale, 'emotion.state.listening'));
		},
	);

	it('says that nobody has agreed yet', () => {
		expect(statusText(session(0), 'en')).toContain('Nobody here has agreed');
	});

	it.each(LOCALES.flatMap((locale) => [20, 99, 1000].map((count) => [locale, count] as const)))(
		'fits in one message (%s, %d members), and says how many it leaves out',
		(locale, count) => {
			const text = statusText(session(count), locale);
			expect(text.length).toBeLessThanOrEqual(1900);
			const shown = text.match(/<@\d+>/g)?.length ?? 0;
			expect(shown).toBeGreaterThanOrEqual(10);
			expect(text.split('\n').at(-2)).toContain(String(count - shown));
			// As many as there is room for: one line is no longer than this.
			expect(text.length).toBeGreaterThan(1700);
		},
	);
});

describe('a command that an earlier version registered', () => {
	it('is apologized for when it lacks its subcommand; the process goes on', async () => {
		const replies: unknown[] = [];
		const interaction = {
			commandName: 'privacy',
			locale: 'en-US',
			options: Reflect.construct(CommandInteractionOptionResolver, [{}, [], {}]),
			inCachedGuild: () => true,
			isChatInputCommand: () => true,
			reply: async (reply: unknown) => void replies.push(reply),
		};
		await onCommand({ log: SILENT_LOG } as never)(interaction as unknown as Interaction);
		expect(replies).toEqual([expect.objectContaining({ content: expect.stringContaining('did not work') })]);
	});
});

describe('a command from a server that the bot does not know', () => {
	it('is answered with what to do', async () => {
		const replies: unknown[] = [];
		const interaction = {
			commandName: 'mood',
			locale: 'en-US',
			inCachedGuild: () => false,
			isChatInputCommand: () => true,
			reply: async (reply: unknown) => void replies.push(reply),
		};
		await onCommand({ log: SILENT_LOG } as never)(interaction as unknown as Interaction);
		expect(replies).toEqual([{ content: translate('en', 'error.unknown-guild'), flags: 64 }]);
	});
});
