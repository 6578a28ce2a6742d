import { percent, plural } from '../format.ts';
import type { LiveSession } from '../model/sessions.ts';

/** How well the bot hears. */
export function Reception({ health }: Pick<LiveSession, 'health'>) {
	const known = health.value;
	if (!known) return <p class="quiet">Reception is told in a moment.</p>;
	const { total, ignoredPackets, malformedPackets, queueDepth, droppedUtterances } = known;
	const expected = total.heard + total.lost;
	const unjudged = Object.values(droppedUtterances).reduce((sum, count) => sum + count, 0);
	const lossShare = expected === 0 ? 0 : total.lost / expected;
	return (
		<p>
			<b>Reception:</b> {plural(total.heard, 'packet')} heard, {percent(lossShare)} lost
			{total.recovered > 0 && `, ${total.recovered} recovered`}
			{total.undecryptable > 0 && `, ${total.undecryptable} undecryptable`} · {ignoredPackets} of others ignored
			{malformedPackets > 0 && ` · ${malformedPackets} malformed`} · {queueDepth} waiting for a result
			{unjudged > 0 && ` · ${plural(unjudged, 'utterance')} without one`}
		</p>
	);
}
