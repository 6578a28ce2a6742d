import { alertsCommand } from './alerts.ts';
import type { Command } from './command.ts';
import { consentCommand } from './consent.ts';
import { emotionCommand } from './emotion.ts';
import { moodCommand } from './mood.ts';
import { privacyCommand } from './privacy.ts';

export type { Command, CommandServices, Diagnosis } from './command.ts';

/** Listed by hand: what the bot offers should be seen here, not found on a disk. */
export const COMMANDS: readonly Command[] = [
	consentCommand,
	moodCommand,
	privacyCommand,
	alertsCommand,
	emotionCommand,
];
