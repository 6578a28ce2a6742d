import { z } from 'zod';
import { localText } from './template.ts';

/** Discord takes 2000 characters; a reply that long would be read by nobody. */
const MESSAGE_CHARACTERS = 500;
const TITLE_CHARACTERS = 100;
/** Discord's longest slow mode. */
const LONGEST_SLOW_MODE_S = 21_600;

/** YAML reads a bare id as a number and rounds it. */
export const snowflake = z
	.string({ error: 'must be an id in quotes' })
	.regex(/^\d{15,20}$/, 'must be an id of Discord');

/** One pictograph, with whatever joins, colours or varies it, or `name:id` of a community's own. */
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{RGI_Emoji}|\w{2,32}:\d{15,20})$/v;

const soundFile = z.string().regex(/\.(?:ogg|opus)$/i, 'must be an Ogg/Opus file, named from the folder of the rules');

const webhook = z.strictObject({
	url: z.url({ protocol: /^https?$/, error: 'must be an address such as https://example.org/hook' }),
	secret: z
		.string()
		.regex(
			/^(?:whsec_[A-Za-z0-9+/]{32,}={0,2}|env:\w+)$/,
			'must be whsec_ and at least 24 bytes as base64, or env:NAME',
		),
	timeout: z.int().min(100).max(10_000).default(3000),
});

/** Something that a rule does; each entry of `then` names one. */
const SCHEMAS = {
	message: localText(MESSAGE_CHARACTERS),
	embed: z.strictObject({
		title: localText(TITLE_CHARACTERS).optional(),
		text: localText(MESSAGE_CHARACTERS),
		colour: z
			.string()
			.regex(/^#[\da-f]{6}$/i, 'must be a colour such as "#3b82f6"')
			.transform((hex) => Number.parseInt(hex.slice(1), 16))
			.optional(),
	}),
	reaction: z.string().regex(EMOJI, 'must be one emoji, or name:id of your own'),
	slowMode: z.strictObject({ seconds: z.int().min(1).max(LONGEST_SLOW_MODE_S) }),
	soundboard: z.strictObject({ sound: snowflake, guild: snowflake.optional() }),
	play: z.union([
		soundFile.transform((en) => ({ en })),
		z.strictObject({
			en: soundFile,
			de: soundFile.optional(),
			pl: soundFile.optional(),
			es: soundFile.optional(),
		}),
	]),
	webhook,
} as const;
export type ActionKind = keyof typeof SCHEMAS;

const KINDS = Object.keys(SCHEMAS) as ActionKind[];

export const action = z
	.strictObject({
		message: SCHEMAS.message.optional(),
		embed: SCHEMAS.embed.optional(),
		reaction: SCHEMAS.reaction.optional(),
		slowMode: SCHEMAS.slowMode.optional(),
		soundboard: SCHEMAS.soundboard.optional(),
		play: SCHEMAS.play.optional(),
		webhook: SCHEMAS.webhook.optional(),
	})
	.refine((value) => Object.values(value).filter((each) => each !== undefined).length === 1, {
		error: `must be exactly one of ${KINDS.join(', ')}`,
		abort: true,
	});
/** Exactly one of its fields is there. */
export type Action = z.output<typeof action>;

export const kindOf = (of: Action): ActionKind => KINDS.find((kind) => of[kind] !== undefined) as ActionKind;

/** What members of the channel see or hear of: it counts against the channel's budget. */
const NOTICED: readonly ActionKind[] = ['message', 'embed', 'reaction', 'soundboard', 'play'];

export const isNoticed = (actions: readonly Action[]): boolean =>
	actions.some((each) => NOTICED.includes(kindOf(each)));
