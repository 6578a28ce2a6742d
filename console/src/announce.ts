import { signal } from '@preact/signals';

/** What screen readers are told: at once, and when there is time. */
export const urgent = signal('');
export const polite = signal('');
