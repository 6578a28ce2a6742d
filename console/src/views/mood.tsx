import { percent, signed } from '../format.ts';
import type { LiveSession } from '../model/sessions.ts';

/** Mood of the group; shown from so many contributors on that nobody can be made out. */
export function GroupMood({ mood }: Pick<LiveSession, 'mood'>) {
	const shown = mood.value;
	if (!shown) return null;
	const labels = Object.entries(shown.labels ?? {}).sort(([, a], [, b]) => b - a);
	return (
		<p>
			<b>Mood of the group:</b>{' '}
			{shown.status === 'suppressed'
				? `not shown, it takes ${shown.atLeast} people or more`
				: [
						...labels.map(([label, share]) => `${label} ${percent(share)}`),
						`valence ${signed(shown.valence ?? 0)}`,
						`arousal ${signed(shown.arousal ?? 0)}`,
					].join(' · ')}
		</p>
	);
}
