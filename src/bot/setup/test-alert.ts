import { type Guild, PermissionFlagsBits } from 'discord.js';
import type { Log } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';

/** What became of a test alert. */
export type TestOutcome = 'sent' | 'no-channel' | 'forbidden' | 'failed';

const NEEDED = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages];

/** Where a test alert goes, and what it says. */
export interface TestAlert {
	readonly channelId: string | undefined;
	readonly roleId: string | undefined;
	/** Of the community: moderators read it. */
	readonly locale: string;
}

/** Posts a message that is plainly a test where alerts will be posted. Nobody is pinged. */
export async function sendTestAlert(
	guild: Guild,
	{ channelId, roleId, locale }: TestAlert,
	log: Log,
): Promise<TestOutcome> {
	const channel = channelId === undefined ? undefined : guild.channels.cache.get(channelId);
	if (!channel?.isSendable()) return 'no-channel';
	if (channel.permissionsFor(guild.client.user)?.has(NEEDED) !== true) return 'forbidden';
	const content = [
		translate(locale, 'setup.test.message'),
		...(roleId === undefined ? [] : [translate(locale, 'setup.test.role', { role: `<@&${roleId}>` })]),
	].join('\n');
	try {
		await channel.send({ content, allowedMentions: { parse: [] } });
		return 'sent';
	} catch (error) {
		log.warn({ error }, 'test alert could not be posted');
		return 'failed';
	}
}
