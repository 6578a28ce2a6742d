import { signal } from '@preact/signals';
import type { StateAnswer } from '../api.ts';

/** What is read from time to time rather than told by the feed. */
export type Overview = Pick<StateAnswer, 'at' | 'guilds' | 'inference' | 'webhooks' | 'feed'>;

export const overview = signal<Overview | undefined>(undefined);

/** The time, by the second, for what moves on without an event. */
export const now = signal(Date.now());
setInterval(() => {
	now.value = Date.now();
}, 1_000);
