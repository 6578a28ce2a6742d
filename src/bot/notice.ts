import { ActionRowBuilder, ButtonBuilder, ButtonStyle, EmbedBuilder, type MessageCreateOptions } from 'discord.js';
import { translate } from './i18n/index.ts';

/** Stable ids: a button of an old message works after a restart. */
export const CONSENT_BUTTONS = { give: 'ses:consent:give', withdraw: 'ses:consent:withdraw' } as const;

/** What members read before they are heard, with the buttons to agree and to withdraw. */
export function noticeMessage(locale: string): MessageCreateOptions {
	const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
		new ButtonBuilder()
			.setCustomId(CONSENT_BUTTONS.give)
			.setLabel(translate(locale, 'notice.give'))
			.setStyle(ButtonStyle.Success),
		new ButtonBuilder()
			.setCustomId(CONSENT_BUTTONS.withdraw)
			.setLabel(translate(locale, 'notice.withdraw'))
			.setStyle(ButtonStyle.Secondary),
	);
	const embed = new EmbedBuilder()
		.setTitle(translate(locale, 'notice.title'))
		.setDescription(`${translate(locale, 'notice.body')}\n\n${translate(locale, 'notice.how')}`)
		.setColor(0x3b82f6);
	return { embeds: [embed], components: [buttons] };
}

/** Newcomers within this time share one notice. */
const GATHER_MS = 2000;

/**
 * Makes sure that everyone present has been told: when the bot joins, and again when somebody comes
 * in who has not seen the notice of this session.
 */
export class NoticeBoard implements Disposable {
	readonly #told = new Set<string>();
	readonly #post: () => Promise<void>;
	readonly #onFailure: (error: unknown) => void;
	#pending: NodeJS.Timeout | undefined;

	/** @param onFailure told when a later notice could not be posted */
	constructor(post: () => Promise<void>, onFailure: (error: unknown) => void) {
		this.#post = post;
		this.#onFailure = onFailure;
	}

	/** Tells those present now. Rejects when it cannot. */
	async open(present: Iterable<string>): Promise<void> {
		for (const userId of present) this.#told.add(userId);
		await this.#post();
	}

	/** Someone came in. */
	arrived(userId: string): void {
		if (this.#told.has(userId)) return;
		this.#told.add(userId);
		this.#pending ??= setTimeout(() => {
			this.#pending = undefined;
			this.#post().catch(this.#onFailure);
		}, GATHER_MS);
	}

	[Symbol.dispose](): void {
		clearTimeout(this.#pending);
	}
}
