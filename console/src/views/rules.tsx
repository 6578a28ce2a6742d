import { capital, clock, iso, words } from '../format.ts';
import { type RuleFired, rules } from '../model/rules.ts';
import { sessions } from '../model/sessions.ts';

const SHOWN = 12;
const DID: Readonly<Record<RuleFired['action'], string>> = {
	message: 'wrote',
	embed: 'wrote',
	reaction: 'reacted',
	slowMode: 'suggested slow mode',
	soundboard: 'played a sound',
	play: 'played a sound',
	webhook: 'told another program',
};

const channelOf = (channelId: string): string =>
	sessions.value.find((each) => each.channelId === channelId)?.names.value.channelName ?? channelId;

/** What the bot did by itself, as it happens. */
export function Rules() {
	const fired = rules.value;
	return (
		<section class="rules card" aria-labelledby="rules-title">
			<h2 id="rules-title">Rules that fired</h2>
			{fired.length === 0 && <p class="quiet">The bot has done nothing by itself.</p>}
			<ol>
				{fired.slice(0, SHOWN).map(({ at, channelId, cause, action }) => (
					<li key={`${at}-${channelId}-${cause}-${action}`}>
						<time dateTime={iso(at)}>{clock(at)}</time> <b>{capital(words(cause))}</b>{' '}
						<span class="quiet">
							in {channelOf(channelId)}: {DID[action] ?? words(action)}
						</span>
					</li>
				))}
			</ol>
		</section>
	);
}
