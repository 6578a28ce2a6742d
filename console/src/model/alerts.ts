import { signal } from '@preact/signals';
import type { FeedEvent } from '../../../client/index.ts';
import type { AlertAnswer, RevealAnswer } from '../api.ts';

type AlertEvent = Extract<FeedEvent, { type: 'alert' }>;

/** Newest first. */
export const alerts = signal<readonly AlertAnswer[]>([]);
/** Who an alert rests on, where this moderator asked; until the page is left. */
export const revealed = signal<ReadonlyMap<string, RevealAnswer['speakers']>>(new Map());

/** How long the store may take to know what the feed has told. */
const UNKNOWN_MS = 60_000;

const newestFirst = (all: Iterable<AlertAnswer>): AlertAnswer[] => [...all].sort((a, b) => b.at - a.at);

export function putAlert(alert: AlertAnswer): void {
	const others = alerts.value.filter((each) => each.alertId !== alert.alertId);
	alerts.value = newestFirst([alert, ...others]);
}

/** @returns whether it was not on the page yet */
export function showAlert({ at, guildId, data }: AlertEvent, channelName: string | undefined): boolean {
	const { alertId, channelId, sessionId, mode, score, contributors, reasons } = data;
	if (alerts.value.some((each) => each.alertId === alertId)) return false;
	putAlert({
		...{ alertId, guildId, channelId, sessionId, at, mode, score, contributors, reasons, heat: [] },
		...(channelName !== undefined && { channelName }),
	});
	return true;
}

export function mergeAlerts(at: number, listed: readonly AlertAnswer[]): void {
	const ids = new Set(listed.map(({ alertId }) => alertId));
	const unknown = alerts.value.filter((each) => !ids.has(each.alertId) && each.at > at - UNKNOWN_MS);
	alerts.value = newestFirst([...listed, ...unknown]);
}

export function putRevealed({ alertId, speakers }: RevealAnswer): void {
	revealed.value = new Map(revealed.value).set(alertId, speakers);
}

/** What the speaker of a lane is called, once revealed. */
export function nameOf(speaker: string): string | undefined {
	for (const speakers of revealed.value.values()) {
		const found = speakers.find((each) => each.speaker === speaker);
		if (found) return found.name ?? found.userId;
	}
	return undefined;
}

export function forgetAlerts(): void {
	alerts.value = [];
	revealed.value = new Map();
}
