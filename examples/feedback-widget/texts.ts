import type { EmotionLabel } from 'speech-emotion-sense/client';

/** Every word that the person sees, so that a page can say it in its own language and tone. */
export const ENGLISH = {
	listening: 'Noting how you sound, for your own feedback. Nothing is sent.',
	title: 'How did it go?',
	ratings: ['Very badly', 'Badly', 'So-so', 'Well', 'Very well'] as readonly string[],
	heardTitle: 'How you sounded',
	caution: 'Judged from your voice alone, and often wrong: it cannot know how you felt. Only you see this.',
	nothing: 'Nothing of you was heard, so there is nothing to show.',
	foreign: 'This page was given a token that tells of several people, so nothing is shown or kept.',
	withdrawn: 'You withdrew: what was heard of you has been forgotten here.',
	sounded: 'sounded {label}',
	sure: '{percent} % sure',
	say: 'I’d say',
	asHeard: 'the same',
	share: 'Send along how I sounded, with my corrections',
	comment: 'Anything else? (optional)',
	preview: 'Exactly what will be sent',
	send: 'Send',
	later: 'Not now',
	pick: 'Please say first how it went.',
	sending: 'Sending …',
	sent: 'Thank you. What was heard has been forgotten here.',
	failed: 'It could not be sent. It is all still here: try again.',
	trouble: 'The feed cannot be read: {reason}',
	labels: {
		anger: 'angry',
		boredom: 'bored',
		calm: 'calm',
		disgust: 'disgusted',
		fear: 'afraid',
		happiness: 'happy',
		neutral: 'neutral',
		sadness: 'sad',
		surprise: 'surprised',
		unsure: 'unclear',
	} satisfies Record<EmotionLabel, string> as Readonly<Record<EmotionLabel, string>>,
} as const;
export type Texts = {
	readonly [Key in keyof typeof ENGLISH]: (typeof ENGLISH)[Key] extends string ? string : (typeof ENGLISH)[Key];
};

/** Puts values into `{braces}`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
	text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
