import { levelDb, type Phase, phase, problem, start, stop } from '../playground/model.ts';
import { Speech } from './speech.tsx';

const STATES: Readonly<Record<Phase, string>> = {
	idle: 'The microphone is off.',
	asking: 'The browser asks whether this page may use the microphone.',
	calling: 'Calling the bot …',
	listening: 'The bot is listening.',
	ending: 'The microphone is off; the last words are still being judged.',
};

function submit(event: SubmitEvent): void {
	event.preventDefault();
	if (phase.value === 'idle') void start();
	else stop();
}

/** Where one agrees, starts and stops. */
export function MicrophoneCard() {
	const isOn = phase.value !== 'idle';
	return (
		<section class="microphone card" aria-labelledby="microphone-title">
			<h3 id="microphone-title">Your microphone</h3>
			<p id="privacy">
				Your voice goes to this bot and its workers, nowhere else, and is dropped as soon as it has been judged.{' '}
				<b>Nothing is kept:</b> no recording, no mood, no name. While you speak, other operators see under a pseudonym
				how you sound, and so do programs that may read the feed of all servers.
			</p>
			<form onSubmit={submit}>
				<label class="agreement">
					<input type="checkbox" required disabled={isOn} aria-describedby="privacy" />
					<span>
						Everybody whom this microphone hears agrees to it, is an adult, and is neither at work nor at school.
					</span>
				</label>
				<button type="submit" class={isOn ? '' : 'is-main'} disabled={phase.value === 'ending'}>
					{isOn ? 'Stop' : 'Start'}
				</button>
			</form>
			<p class="state">{STATES[phase.value]}</p>
			{problem.value && <p class="problem">{problem}</p>}
			<Level />
		</section>
	);
}

const QUIETEST_DB = -60;
const TOO_LOUD_DB = -3;

function Level() {
	const db = Math.round(levelDb.value);
	return (
		<div class="level">
			<svg viewBox={`${QUIETEST_DB} 0 ${-QUIETEST_DB} 8`} preserveAspectRatio="none" aria-hidden="true">
				<rect x={QUIETEST_DB} width={db - QUIETEST_DB} height="8" class={db > TOO_LOUD_DB ? 'is-too-loud' : ''} />
			</svg>
			<meter class="unseen" aria-label="Level of the microphone" min={QUIETEST_DB} max={0} value={db}>
				{db} dB
			</meter>
			<Speech />
		</div>
	);
}
