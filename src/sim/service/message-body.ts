import { type APIEmbed, MessageFlags } from 'discord-api-types/v10';
import { z } from 'zod';
import { allowedMentions } from './mentions.ts';

/** Discord's limits on a message ("Create Message", "Embed Limits", "Component Reference"). */
const text = (max: number) => z.string().max(max);
const media = z.looseObject({ url: z.string().max(2048) });

const embed = z.looseObject({
	title: text(256).nullish(),
	description: text(4096).nullish(),
	url: z.string().nullish(),
	color: z.int().min(0).max(0xffffff).nullish(),
	fields: z
		.array(z.looseObject({ name: text(256).min(1), value: text(1024).min(1), inline: z.boolean().nullish() }))
		.max(25)
		.nullish(),
	footer: z.looseObject({ text: text(2048) }).nullish(),
	author: z.looseObject({ name: text(256) }).nullish(),
	image: media.nullish(),
	thumbnail: media.nullish(),
});

const EMBED_TEXT_LIMIT = 6000;

function embedText({ title, description, fields, footer, author }: z.output<typeof embed>): number {
	const parts = [title, description, footer?.text, author?.name];
	for (const { name, value } of fields ?? []) parts.push(name, value);
	return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

/** Custom ids anywhere in a tree of components. */
export function* customIds(components: unknown): Generator<string> {
	if (Array.isArray(components)) for (const child of components) yield* customIds(child);
	else if (typeof components === 'object' && components !== null) {
		const { custom_id, components: children, component, accessory } = components as Record<string, unknown>;
		if (typeof custom_id === 'string') yield custom_id;
		yield* customIds(children ?? []);
		yield* customIds(component ?? []);
		yield* customIds(accessory ?? []);
	}
}

const components = z
	.array(z.looseObject({ type: z.int() }))
	.max(40)
	.refine((tree) => [...customIds(tree)].every((id) => id.length >= 1 && id.length <= 100), {
		error: 'Must be between 1 and 100 in length.',
	})
	.refine((tree) => new Set(customIds(tree)).size === [...customIds(tree)].length, {
		error: 'Component custom id cannot be duplicated',
	});

export const messageBody = z.looseObject({
	content: text(2000).nullish(),
	embeds: z
		.array(embed)
		.max(10)
		.refine((embeds) => embeds.reduce((sum, each) => sum + embedText(each), 0) <= EMBED_TEXT_LIMIT, {
			error: `Embed size exceeds maximum size of ${EMBED_TEXT_LIMIT}`,
		})
		.transform((embeds) => embeds as APIEmbed[])
		.nullish(),
	components: components.nullish(),
	flags: z.int().min(0).nullish(),
	allowed_mentions: allowedMentions.nullish(),
	attachments: z
		.array(
			z.looseObject({
				id: z.union([z.string(), z.int().transform(String)]),
				filename: z.string().nullish(),
				description: text(1024).nullish(),
			}),
		)
		.max(10)
		.nullish(),
});

export type MessageBody = z.output<typeof messageBody>;

/** Flags that a bot may set on a message of its own. */
export const SETTABLE_FLAGS =
	MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
