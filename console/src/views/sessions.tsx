import { clock, iso, plural } from '../format.ts';
import { type LiveSession, sessions } from '../model/sessions.ts';
import { Legend } from './dot.tsx';
import { HeatPanel } from './heat.tsx';
import { LaneView } from './lane.tsx';
import { GroupMood } from './mood.tsx';
import { Reception } from './reception.tsx';

export function Sessions() {
	const running = sessions.value;
	return (
		<section id="sessions" class="sessions" aria-labelledby="sessions-title" tabIndex={-1}>
			<h2 id="sessions-title">
				Voice sessions <span class="count">{running.length}</span>
			</h2>
			{running.length > 0 && <Legend />}
			{running.length === 0 && <p class="card quiet">The bot is in no voice channel.</p>}
			{running.map((session) => (
				<SessionCard key={session.sessionId} session={session} />
			))}
		</section>
	);
}

function SessionCard({ session }: { readonly session: LiveSession }) {
	const { sessionId, channelId, startedAt } = session;
	const { channelName = channelId, guildName } = session.names.value;
	const lanes = session.lanes.value;
	return (
		<article class="card session" aria-labelledby={`session-${sessionId}`}>
			<header>
				<h3 id={`session-${sessionId}`}>{channelName}</h3>
				<p class="quiet">
					{guildName && `${guildName} · `}since <time dateTime={iso(startedAt)}>{clock(startedAt)}</time>
				</p>
			</header>
			<HeatPanel session={session} name={channelName} />
			<h4>Speakers who agreed</h4>
			{lanes.length === 0 && <p class="quiet">Nobody who agreed has spoken yet.</p>}
			<ul class="lanes" aria-label={plural(lanes.length, 'speaker')}>
				{lanes.map((lane) => (
					<LaneView key={lane.speaker} lane={lane} />
				))}
			</ul>
			<footer>
				<GroupMood mood={session.mood} />
				<Reception health={session.health} />
			</footer>
		</article>
	);
}
