import type { AlertRecord, JudgementRules, MoodStore, Publish } from '../domain/index.ts';
import {
	abstention,
	channelHeat,
	chosenSteps,
	consentGate,
	type EmotionStep,
	escalation,
	eventFeed,
	eventGate,
	fatigue,
	moodRecorder,
	qualityGate,
	type SettingsOf,
	smoothing,
	speakerBaseline,
} from '../middleware/index.ts';
import type { Config } from './config.ts';

/** What the steps bring about outside of themselves. */
export interface StepEffects {
	readonly publish: Publish;
	readonly moods: Pick<MoodStore, 'record'>;
	readonly settingsOf: SettingsOf;
	/** Keeps an alert and calls the moderators where it says so. */
	raise(alert: AlertRecord): Promise<void>;
	readonly adaptiveReply: EmotionStep;
}

/** The steps that the configuration names, in its order. @param rules those of the model among them */
export function configuredSteps(
	options: Config['middleware'],
	rules: JudgementRules,
	{ publish, moods, settingsOf, raise, adaptiveReply }: StepEffects,
): readonly EmotionStep[] {
	return chosenSteps(
		{
			'consent-gate': consentGate(),
			'quality-gate': qualityGate(rules, options.quality),
			'event-gate': eventGate(),
			abstention: abstention(rules.unsureBelow, options.abstention),
			'event-feed': eventFeed(publish),
			'mood-recorder': moodRecorder(moods),
			fatigue: fatigue(publish, options.fatigue),
			'speaker-baseline': speakerBaseline(),
			smoothing: smoothing(options.smoothing),
			'channel-heat': channelHeat(publish, options.heat, settingsOf),
			escalation: escalation({ publish, raise, settingsOf }, options.escalation),
			'adaptive-reply': adaptiveReply,
		},
		options.steps,
	);
}
