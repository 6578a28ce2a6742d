import { AttachmentBuilder, type BaseMessageOptions } from 'discord.js';
import type { Log } from '../../../domain/index.ts';
import { translate } from '../../i18n/index.ts';

export interface Picture {
	readonly name: string;
	readonly draw: () => Promise<Buffer>;
	/** What it shows; at most 1024 characters. */
	readonly inWords: string;
	readonly locale: string;
}

/** An answer with its chart, or with what that would show in words where it cannot be drawn. */
export async function withPicture(
	lines: readonly string[],
	{ name, draw, inWords, locale }: Picture,
	log: Log,
): Promise<Pick<BaseMessageOptions, 'content' | 'files'>> {
	try {
		const files = [new AttachmentBuilder(await draw(), { name, description: inWords })];
		return { content: lines.join('\n'), files };
	} catch (error) {
		log.error({ error }, 'chart of moods could not be drawn');
		return { content: [...lines, translate(locale, 'mood.no-picture', { words: inWords })].join('\n') };
	}
}
