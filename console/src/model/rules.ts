import { signal } from '@preact/signals';
import type { FeedEvent } from '../../../client/index.ts';
import type { StateAnswer } from '../api.ts';

type ReplyEvent = Extract<FeedEvent, { type: 'reply' }>;
export type RuleFired = StateAnswer['rules'][number];

/** As many as the server keeps. */
const MOST = 50;

/** What the bot did by itself, newest first. */
export const rules = signal<readonly RuleFired[]>([]);

const keyOf = ({ at, channelId, cause, action }: RuleFired): string => `${at} ${channelId} ${cause} ${action}`;

/** Adds what is not there yet: the state and the feed may tell of the same. */
export function mergeRules(fired: readonly RuleFired[]): void {
	const all = new Map([...rules.value, ...fired].map((rule) => [keyOf(rule), rule]));
	rules.value = [...all.values()].sort((a, b) => b.at - a.at).slice(0, MOST);
}

export function showReply({ at, guildId, data: { channelId, rule: cause, action } }: ReplyEvent): void {
	mergeRules([{ at, guildId, channelId, cause, action }]);
}

export function forgetRules(): void {
	rules.value = [];
}
