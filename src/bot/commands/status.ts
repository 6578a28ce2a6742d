import { translate } from '../i18n/index.ts';
import type { VoiceSession } from '../reception/voice-session.ts';

/** Discord takes 2000 characters in a message; the rest is room for how it counts them. */
const MOST_CHARACTERS = 1900;

/** What `/emotion status` says of a session: as many members as one message holds, and how many more there are. */
export function statusText(
	session: Pick<VoiceSession, 'channel' | 'elapsedMs' | 'state' | 'ignoredPackets' | 'health'>,
	locale: string,
): string {
	const members = session.health.map((member) =>
		translate(locale, 'emotion.status.member', { ...member, member: `<@${member.speakerId}>` }),
	);
	const withLines = (lines: readonly string[]): string =>
		translate(locale, 'emotion.status', {
			channel: `<#${session.channel.id}>`,
			minutes: Math.round(session.elapsedMs / 60_000),
			state: session.state.status,
			ignored: session.ignoredPackets,
			members: lines.join('\n') || translate(locale, 'emotion.status.nobody'),
		});
	const withFirst = (shown: number): string => {
		const more = members.length - shown;
		const rest = more > 0 ? [translate(locale, 'emotion.status.more', { count: more })] : [];
		return withLines([...members.slice(0, shown), ...rest]);
	};
	let shown = members.length;
	while (shown > 0 && withFirst(shown).length > MOST_CHARACTERS) shown--;
	return withFirst(shown);
}
