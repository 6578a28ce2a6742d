import { gunzipSync } from 'node:zlib';
import { type AttachmentBuilder, CommandInteractionOptionResolver, type Interaction } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/bot/commands/mood.ts';
import { exportFiles, privacyCommand } from '../../src/bot/commands/privacy.ts';
import { statusText } from '../../src/bot/commands/status.ts';
import { LOCALES } from '../../src/bot/i18n/index.ts';
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

const entries = (count: number): MoodEntry[] => Array.from({ length: count }, (_, index) => entry(index));

describe('/mood me', () => {
	it('names the two likeliest moods', () => {
		const text = summarize([entry(0), entry(1), entry(2, 'sadness'), entry(3, 'unsure')], 'en');
		expect(text).toContain('**happiness** (50 %), then **sadness** (25 %). For 25 % I was not sure.');
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

	it('says that nobody has agreed yet', () => {
		expect(statusText(session(0), 'en')).toContain('Nobody here has agreed');
	});

	it.each(LOCALES.flatMap((locale) => [20, 99, 1000].map((count) => [locale, count] as const)))(
		'fits in one message (%s, %d members), and says how many it leaves out',
		(locale, count) => {
			const text = statusText(session(count), locale);
			expect(text.length).toBeLessThanOrEqual(1900);
			const shown = text.match(/<@\d+>/g)?.length ?? 0;
			expect(shown).toBeGreaterThan(10);
			expect(text.split('\n').at(-2)).toContain(String(count - shown));
			// As many as there is room for: one line is no longer than this.
			expect(text.length).toBeGreaterThan(1700);
		},
	);
});

const bytesOf = (file: AttachmentBuilder): Buffer => file.attachment as Buffer;
const DISCORD_TAKES = 10 * 1024 * 1024;

describe('/privacy export', () => {
	it('hands out a plain file when there is little', async () => {
		const [file, ...more] = await exportFiles(undefined, entries(3));
		expect(more).toEqual([]);
		expect(file?.name).toBe('speech-emotion-sense.json');
		expect(JSON.parse(bytesOf(file as AttachmentBuilder).toString())).toEqual({ consent: null, entries: entries(3) });
	});

	it('compresses what is large, and loses nothing', async () => {
		const all = entries(15_000);
		const [file, ...more] = (await exportFiles(undefined, all)) as [AttachmentBuilder];
		expect(more).toEqual([]);
		expect(file.name).toBe('speech-emotion-sense.json.gz');
		expect(bytesOf(file).length).toBeLessThan(DISCORD_TAKES);
		expect(JSON.parse(gunzipSync(bytesOf(file)).toString())).toEqual({ consent: null, entries: all });
	});

	it('sends more than one file holds in several messages, all of them for the asker only', async () => {
		const all = entries(90_000);
		const sent: { files: AttachmentBuilder[]; flags?: unknown }[] = [];
		const send = async (message: (typeof sent)[number]): Promise<void> => void sent.push(message);
		const interaction = {
			deferReply: async () => {},
			editReply: send,
			followUp: send,
			user: { id: 'u' },
			locale: 'en',
		};
		const services = { moods: { list: async () => all }, gate: { receipt: async () => undefined } };
		await privacyCommand.handlers['export']?.(interaction as never, services as never);

		const files = sent.map((message) => message.files[0] as AttachmentBuilder);
		expect(files.map(({ name }) => name)).toEqual([1, 2, 3].map((part) => `speech-emotion-sense-${part}-of-3.json.gz`));
		expect(Math.max(...files.map((file) => bytesOf(file).length))).toBeLessThan(DISCORD_TAKES);
		const exported = files.map((file) => JSON.parse(gunzipSync(bytesOf(file)).toString()) as { entries: MoodEntry[] });
		expect(exported.flatMap((part) => part.entries.map(({ utteranceId }) => utteranceId))).toEqual(
			all.map(({ utteranceId }) => utteranceId),
		);
		expect(sent.slice(1).map(({ flags }) => flags)).toEqual([64, 64]);
	});
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
