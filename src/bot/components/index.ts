import { alertComponents } from '../alerts/index.ts';
import { slowModeButtons } from '../moderation/slow-mode-buttons.ts';
import { setupComponents } from '../setup/components.ts';
import type { ComponentHandler } from './component.ts';
import { consentButtons } from './consent.ts';
import { moodComponents } from './mood.ts';
import { privacyButtons } from './privacy.ts';

export type { ComponentHandler, ComponentInteraction } from './component.ts';

/** Listed by hand, as the commands are. */
export const COMPONENTS: readonly ComponentHandler[] = [
	consentButtons,
	alertComponents,
	moodComponents,
	privacyButtons,
	setupComponents,
	slowModeButtons,
];
