import { polite } from '../announce.ts';
import { follow, place } from '../place.ts';
import { isLive } from '../stream.ts';
import { signOut, visit } from '../visit.ts';

async function leave(): Promise<void> {
	await signOut().then(
		() => {
			polite.value = 'Signed out.';
		},
		(error: Error) => {
			polite.value = error.message;
		},
	);
}

const VIEWS = [
	['/', 'Board'],
	['/playground', 'Playground'],
] as const;

function Views() {
	return (
		<nav aria-label="Views">
			{VIEWS.map(([path, name]) => (
				<a key={path} href={path} onClick={follow} aria-current={place.value === path ? 'page' : undefined}>
					{name}
				</a>
			))}
		</nav>
	);
}

export function Header() {
	const who = visit.value;
	return (
		<header class="top">
			<h1>
				<img src="/icon.svg" alt="" width="28" height="28" />
				SpeechEmotionSense
			</h1>
			{who?.signedIn && (
				<>
					{who.role === 'operator' && <Views />}
					<p class={`link ${isLive.value ? 'is-live' : ''}`} role="status">
						{isLive.value ? 'Live' : 'Connecting …'}
					</p>
					<p class="who">
						{who.name}
						{who.role === 'moderator' && <span class="quiet"> · moderator</span>}
					</p>
					<button type="button" onClick={() => void leave()}>
						Sign out
					</button>
				</>
			)}
		</header>
	);
}
