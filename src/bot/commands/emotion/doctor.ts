import { MessageFlags, PermissionFlagsBits, type VoiceBasedChannel } from 'discord.js';
import { reasonOf } from '../../../domain/index.ts';
import { type MessageKey, translate } from '../../i18n/index.ts';
import type { CommandServices, GuildCommand, Handler } from '../command.ts';
import { mention, namedChannel } from './join.ts';

/** One line of the checklist. */
interface Finding {
	readonly mark: '✅' | '⚠️' | '❌';
	readonly text: string;
}

const P = PermissionFlagsBits;
/** What it cannot do without, and what it does better with. */
const NEEDED = {
	ViewChannel: P.ViewChannel,
	Connect: P.Connect,
	SendMessages: P.SendMessages,
	EmbedLinks: P.EmbedLinks,
};
const WISHED = {
	Speak: P.Speak,
	AttachFiles: P.AttachFiles,
	SetVoiceChannelStatus: P.SetVoiceChannelStatus,
	ChangeNickname: P.ChangeNickname,
};
const CONNECT_MS = 10_000;

const good = (text: string): Finding => ({ mark: '✅', text });
const bad = (text: string): Finding => ({ mark: '❌', text });

function permissionFinding(channel: VoiceBasedChannel, locale: string): Finding {
	const rights = channel.permissionsFor(channel.client.user);
	const lacking = (wanted: Readonly<Record<string, bigint>>): string =>
		Object.entries(wanted)
			.filter(([, bit]) => !rights?.has(bit))
			.map(([name]) => `\`${name}\``)
			.join(', ');
	const values = { channel: mention(channel.id) };
	const [needed, wished] = [lacking(NEEDED), lacking(WISHED)];
	if (needed) return bad(translate(locale, 'doctor.permissions.needed', { ...values, permissions: needed }));
	if (!wished) return good(translate(locale, 'doctor.permissions', values));
	return { mark: '⚠️', text: translate(locale, 'doctor.permissions.wished', { ...values, permissions: wished }) };
}

/** Whether a voice connection comes about: that of the session there is, or one for the test that hears nobody. */
async function voiceFinding(
	channel: VoiceBasedChannel,
	{ sessions }: CommandServices,
	locale: string,
): Promise<Finding> {
	const values = { channel: mention(channel.id) };
	try {
		const outcome = await sessions.probe(channel, CONNECT_MS);
		return outcome === 'busy'
			? { mark: '⚠️', text: translate(locale, 'doctor.voice.busy') }
			: good(translate(locale, 'doctor.voice', values));
	} catch (error) {
		return bad(translate(locale, 'doctor.voice.failed', { ...values, reason: reasonOf(error) }));
	}
}

function setupFindings(
	{ guildId, locale }: GuildCommand,
	{ community }: CommandServices,
	channelId?: string,
): Finding[] {
	const refusal = community.refusal(guildId, channelId ?? '');
	const text = (key: MessageKey): string => translate(locale, key, { channel: mention(channelId ?? '') });
	if (refusal === undefined) return [good(text('doctor.setup'))];
	// Without a channel there is nothing that it could be excluded from.
	if (refusal === 'excluded' && channelId === undefined) return [good(text('doctor.setup'))];
	return [bad(text(`emotion.join.${refusal}`))];
}

/** The moderators' channel, where alerts are live. */
function alertFinding({ guild, guildId, locale }: GuildCommand, { community }: CommandServices): Finding {
	const { alerts } = community.of(guildId);
	if (alerts?.mode !== 'live') return good(translate(locale, 'doctor.alerts.monitor'));
	const channel = alerts.channelId === undefined ? undefined : guild.channels.cache.get(alerts.channelId);
	const may = channel?.permissionsFor(guild.client.user)?.has([P.ViewChannel, P.SendMessages]);
	return may === true
		? good(translate(locale, 'doctor.alerts', { channel: mention(alerts.channelId ?? '') }))
		: bad(translate(locale, 'doctor.alerts.unreachable'));
}

/** `/emotion doctor`: a checklist of all that has to work. */
export const doctor: Handler = async (interaction, services) => {
	await interaction.deferReply({ flags: MessageFlags.Ephemeral });
	const { locale, member, guildId } = interaction;
	await services.community.read(guildId);
	const channel = namedChannel(interaction) ?? member.voice.channel ?? undefined;
	const parts = await services.diagnose();
	const findings = [
		...setupFindings(interaction, services, channel?.id),
		...(channel
			? [permissionFinding(channel, locale), await voiceFinding(channel, services, locale)]
			: [{ mark: '⚠️' as const, text: translate(locale, 'doctor.where') }]),
		alertFinding(interaction, services),
		...parts.map(({ part, ok, detail }) =>
			ok
				? good(translate(locale, `doctor.${part}`, { detail }))
				: bad(translate(locale, `doctor.${part}.fault`, { detail })),
		),
	];
	const content = findings.map(({ mark, text }) => `${mark} ${text}`).join('\n');
	await interaction.editReply({ content: content.slice(0, 2000), allowedMentions: { parse: [] } });
};
