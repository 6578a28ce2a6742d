import { batch, signal } from '@preact/signals';
import type { FeedEvent } from '../../client/index.ts';
import { urgent } from './announce.ts';
import { showAlert } from './model/alerts.ts';
import { showReply } from './model/rules.ts';
import * as live from './model/sessions.ts';

export const isLive = signal(false);

export interface StreamDuties {
	/** The feed told of something that only the state has in full. */
	readonly refresh: () => void;
	/** The connection is over, for the session may be: find out. */
	readonly review: () => void;
}

const TYPES = ['session', 'emotion', 'partial', 'mood', 'heat', 'alert', 'reply', 'consent', 'health'] as const;
const AGAIN_MS = 3_000;

let source: EventSource | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

export function closeStream(): void {
	clearTimeout(again);
	source?.close();
	source = undefined;
	isLive.value = false;
}

/** Follows the feed; the browser connects anew and resumes by itself. */
export function openStream(lastEventId: string, duties: StreamDuties): void {
	closeStream();
	const query = new URLSearchParams({ lastEventId, types: TYPES.join(',') });
	const opened = new EventSource(`/api/v1/events?${query}`);
	source = opened;
	const review = (): void => {
		closeStream();
		again = setTimeout(duties.review, AGAIN_MS);
	};
	opened.addEventListener('hello', () => {
		isLive.value = true;
	});
	opened.addEventListener('gap', duties.refresh);
	opened.addEventListener('close', ({ data }: MessageEvent<string>) => {
		isLive.value = false;
		if (JSON.parse(data).data.reason !== 'signed-out') return;
		closeStream();
		duties.review();
	});
	opened.addEventListener('error', () => {
		isLive.value = false;
		// Otherwise the browser is trying again already.
		if (opened.readyState === EventSource.CLOSED && source === opened) review();
	});
	for (const type of TYPES) {
		opened.addEventListener(type, ({ data }: MessageEvent<string>) => {
			batch(() => show(JSON.parse(data) as FeedEvent, duties));
		});
	}
}

function show(event: FeedEvent, { refresh }: StreamDuties): void {
	switch (event.type) {
		case 'session': {
			const { sessionId, channelId, status } = event.data;
			if (status === 'ended') live.endSession(sessionId);
			else live.startSession({ sessionId, guildId: event.guildId, channelId, startedAt: event.at });
			refresh();
			break;
		}
		case 'emotion':
			live.showEmotion(event.at, event.data);
			break;
		case 'partial':
			live.showPartial(event.at, event.data);
			break;
		case 'mood':
			live.showMood(event.data);
			break;
		case 'heat': {
			const { sessionId, state, score, contributors, reasons } = event.data;
			live.showHeat(sessionId, { at: event.at, state, score, contributors, reasons });
			break;
		}
		case 'alert': {
			const session = live.sessions.value.find(({ sessionId }) => sessionId === event.data.sessionId);
			const name = session?.names.value.channelName;
			if (showAlert(event, name)) urgent.value = `Alert: ${name ?? 'a channel'} turned angry.`;
			refresh();
			break;
		}
		case 'reply':
			showReply(event);
			break;
		case 'consent':
			live.forgetSpeakers(event.data.speakers);
			refresh();
			break;
		case 'health':
			live.showHealth(event.at, event.data);
			break;
		default:
	}
}
