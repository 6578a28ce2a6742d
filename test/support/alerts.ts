import type { AlertRecord, HeatPoint } from '../../src/domain/index.ts';

/** Heat that climbs for two minutes and becomes hot at the end. */
const climb = (at: number): HeatPoint[] =>
	[0.02, 0.05, 0.1, 0.18, 0.31, 0.38, 0.45, 0.57, 0.66, 0.71].map((score, index) => ({
		at: at - (9 - index) * 12_000,
		score,
		state: score >= 0.55 ? 'hot' : score >= 0.3 ? 'warm' : 'calm',
	}));

/** An alert of two members, as the middleware hands it over. */
export function alertRecord(
	place: Pick<AlertRecord, 'guildId' | 'channelId' | 'speakers'>,
	changes: Partial<AlertRecord> = {},
): AlertRecord {
	const at = changes.at ?? Date.now();
	return {
		alertId: 'a1b2c3d4',
		at,
		sessionId: '0a1b2c3d',
		mode: 'live',
		score: 0.71,
		contributors: 2,
		reasons: [
			{ code: 'sustained-anger', points: 0.45, text: '5 of 6 turns sounded angry' },
			{ code: 'rising-trend', points: 0.2, text: 'anger is 50 points above this session’s usual' },
			{ code: 'several-speakers', points: 0.15, text: '2 members are part of it' },
			{ code: 'laughter', points: -0.09, text: 'there was laughter' },
		],
		heat: climb(at),
		thresholds: { warm: 0.3, hot: 0.55 },
		...place,
		...changes,
	};
}
