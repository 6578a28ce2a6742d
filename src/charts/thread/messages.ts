import type { GroupChartRequest, HeatChartRequest, MoodChartRequest, TrendChartRequest } from '../../domain/index.ts';
import type { PackedMoods } from './packed-moods.ts';

type Packed<Request extends MoodChartRequest> = Omit<Request, 'entries'> & { readonly moods: PackedMoods };

/** One chart to be drawn. */
export type Order =
	| { readonly kind: 'mood'; readonly request: Packed<MoodChartRequest> }
	| { readonly kind: 'trend'; readonly request: Packed<TrendChartRequest> }
	| { readonly kind: 'group'; readonly request: GroupChartRequest }
	| { readonly kind: 'heat'; readonly request: HeatChartRequest };

/** What a thread is started with. */
export interface ThreadData {
	/** IANA name of the zone whose clock the charts show. */
	readonly timeZone: string;
}

/** The answer to an {@link Order}; a thread has one at a time. */
export type Answer = { readonly png: Uint8Array } | { readonly failed: string };
