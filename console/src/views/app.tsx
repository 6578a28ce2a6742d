import { polite, urgent } from '../announce.ts';
import { place } from '../place.ts';
import { trouble, visit } from '../visit.ts';
import { Alerts } from './alerts.tsx';
import { Engine } from './engine.tsx';
import { Header } from './header.tsx';
import { Playground } from './playground.tsx';
import { Rules } from './rules.tsx';
import { Servers } from './servers.tsx';
import { Sessions } from './sessions.tsx';
import { SignIn } from './sign-in.tsx';

export function App() {
	const who = visit.value;
	const isBoard = place.value === '/';
	return (
		<>
			{who?.signedIn && isBoard && (
				<a class="skip" href="#sessions">
					Skip to the voice sessions
				</a>
			)}
			<Header />
			<p class="trouble" role="status">
				{trouble}
			</p>
			<main tabIndex={-1} aria-label={isBoard ? 'Board' : 'Playground'}>
				{!who && <p class="quiet waiting">Asking the bot …</p>}
				{who && !who.signedIn && <SignIn hasDiscord={who.discord} />}
				{who?.signedIn && !isBoard && <Playground isOperator={who.role === 'operator'} />}
				{who?.signedIn && isBoard && (
					<div class="board">
						<Alerts />
						<Sessions />
						<Rules />
						<Servers />
						<Engine isOperator={who.role === 'operator'} />
					</div>
				)}
			</main>
			<div class="unseen" role="alert">
				{urgent}
			</div>
			<div class="unseen" role="status">
				{polite}
			</div>
		</>
	);
}
