import type { MemberHealth } from '../../domain/index.ts';
import { translate } from '../i18n/index.ts';
import { totalOf } from '../reception/health.ts';
import type { VoiceSession } from '../reception/voice-session.ts';

/** Discord takes 2000 characters in a message; the rest is room for how it counts them. */
const MOST_CHARACTERS = 1900;

/** What all members' packets came to; of one alone their own line says it. */
const sumLines = (members: readonly MemberHealth[], locale: string): string[] =>
	members.length < 2
		? []
		: [
				translate(locale, 'emotion.status.member', {
					...totalOf(members),
					member: translate(locale, 'emotion.status.together'),
				}),
			];

function memberLine({ deaf, ...counts }: MemberHealth, locale: string): string {
	const member = `<@${counts.speakerId}>`;
	const line = translate(locale, 'emotion.status.member', { ...counts, member });
	return deaf ? `⚠️ ${member} ${translate(locale, `reception.deaf.${deaf}`)}\n${line}` : line;
}

/** What `/emotion status` says of a session: as many members as one message holds, and how many more there are. */
export function statusText(
	session: Pick<VoiceSession, 'channel' | 'elapsedMs' | 'state' | 'ignoredPackets' | 'malformedPackets' | 'health'>,
	locale: string,
): string {
	// Who is not heard stands first, so that it is never what is left out.
	const members = session.health.toSorted(
		(one, other) => Number(other.deaf !== undefined) - Number(one.deaf !== undefined),
	);
	const sum = sumLines(members, locale);
	const withLines = (lines: readonly string[]): string =>
		translate(locale, 'emotion.status', {
			channel: `<#${session.channel.id}>`,
			minutes: Math.round(session.elapsedMs / 60_000),
			state: translate(locale, `emotion.state.${session.state.status}`),
			ignored: session.ignoredPackets,
			malformed: session.malformedPackets,
			members: [...sum, ...lines].join('\n') || translate(locale, 'emotion.status.nobody'),
		});
	const withFirst = (shown: number): string => {
		const more = members.length - shown;
		const rest = more > 0 ? [translate(locale, 'emotion.status.more', { count: more })] : [];
		return withLines([...members.slice(0, shown).map((member) => memberLine(member, locale)), ...rest]);
	};
	// Upwards: of a thousand who came and went a dozen fit, and the packets of those who speak are waiting.
	let shown = 0;
	while (shown < members.length && withFirst(shown + 1).length <= MOST_CHARACTERS) shown++;
	return withFirst(shown);
}
