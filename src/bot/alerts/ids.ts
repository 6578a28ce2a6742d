import type { Verdict } from '../../domain/index.ts';
import { customId } from '../components/component.ts';

/** What all buttons, menus and forms of alerts begin with. */
export const ALERT_PREFIX = 'ses:alert';

const id = (...args: readonly string[]): string => customId(ALERT_PREFIX, ...args);

/** Custom ids, each with all that it takes to act on it after a restart. */
export const alertIds = {
	acknowledge: (alertId: string) => id('acknowledge', alertId),
	verdict: (alertId: string, verdict: Verdict) => id('verdict', alertId, verdict),
	mute: (alertId: string) => id('mute', alertId),
	unmute: id('unmute'),
	/** The button; it opens the form. */
	reveal: (alertId: string) => id('reveal', alertId),
	/** The form. */
	reason: (alertId: string) => id('reason', alertId),
	page: (page: number) => id('page', String(page)),
	/** The menu of alerts; its values are their ids. */
	choose: id('choose'),
	tune: (choice: string) => id('tune', choice),
} as const;

/** The one field of the form. */
export const REASON_FIELD = 'reason';
/** Fewer characters are no reason; more would not fit beside what else the audit log shows. */
export const REASON_LENGTH = { min: 10, max: 300 } as const;
