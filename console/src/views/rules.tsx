import { capital, clock, iso, words } from '../format.ts';
import { overview } from '../model/overview.ts';
import { sessions } from '../model/sessions.ts';

const channelOf = (channelId: string): string =>
	sessions.value.find((each) => each.channelId === channelId)?.names.value.channelName ?? channelId;

/** The times that the bot spoke by itself. */
export function Rules() {
	const fired = overview.value?.rules ?? [];
	return (
		<section class="rules card" aria-labelledby="rules-title">
			<h2 id="rules-title">Rules that fired</h2>
			{fired.length === 0 && <p class="quiet">The bot has not spoken by itself.</p>}
			<ol>
				{fired.slice(0, 12).map(({ at, channelId, cause }) => (
					<li key={`${at}-${channelId}-${cause}`}>
						<time dateTime={iso(at)}>{clock(at)}</time> <b>{capital(words(cause))}</b>{' '}
						<span class="quiet">in {channelOf(channelId)}</span>
					</li>
				))}
			</ol>
		</section>
	);
}
