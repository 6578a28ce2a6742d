import type { AudioClientMessage, AudioServerMessage } from '../../../src/web/audio/schemas.ts';

/** What the line tells of. */
export interface LineEvents {
	onMessage(message: AudioServerMessage): void;
	/** It is over. @param problem why, in words, unless it was stopped */
	onClosed(problem: string | undefined): void;
}

export interface Line {
	send(pcm: ArrayBuffer): void;
	/** What was said last is still heard; closed follows. */
	stop(): void;
	/** At once. */
	drop(): void;
}

type ProblemCode = Extract<AudioServerMessage, { type: 'problem' }>['code'];

/** In plain words; what is not here the server says well enough. */
const PROBLEMS: Partial<Record<ProblemCode, string>> = {
	'going-away': 'The bot is ending.',
	'signed-out': 'You have been signed out.',
	'too-slow': 'The connection is too slow.',
	'too-fast': 'The connection stood still for too long, and then too much came at once. Start again.',
	idle: 'No sound came for a while, so the bot hung up.',
	paused: 'Listening is paused here.',
	'too-many': 'You are connected several times already: close another tab.',
	'too-long': 'That is as long as the bot listens at a time. Start again if you like.',
	full: 'The bot hears as many voices as it can. Try again later.',
};
const REFUSED =
	'The bot does not take the connection. It may be switched off (web.audio.enabled), or you tried very often within a minute.';
const LOST = 'The connection to the bot is lost.';
/** More than this waits only where the network does not carry it. */
const MOST_WAITING_BYTES = 1_000_000;

/** Opens a connection for one voice, to the protocol of docs/audio-in.md. */
export function openLine(sampleRate: number, { onMessage, onClosed }: LineEvents): Line {
	const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/audio`, ['ses-audio.v1']);
	socket.binaryType = 'arraybuffer';
	let isReady = false;
	let isOver = false;
	let problem: string | undefined;
	const close = (why: string | undefined): void => {
		if (isOver) return;
		isOver = true;
		socket.close();
		onClosed(why);
	};
	const tell = (message: AudioClientMessage): void => socket.send(JSON.stringify(message));
	socket.onopen = () => {
		const speaker = 'playground';
		tell({ type: 'start', version: 1, codec: 'pcm_s16le', sampleRate, channels: 1, speaker, agreed: true });
	};
	socket.onmessage = ({ data }: MessageEvent<string>) => {
		if (isOver) return;
		const message = JSON.parse(data) as AudioServerMessage;
		isReady ||= message.type === 'ready';
		if (message.type === 'problem') problem = PROBLEMS[message.code] ?? message.message;
		onMessage(message);
		if (message.type === 'stopped') close(undefined);
	};
	socket.onclose = () => close(problem ?? (isReady ? LOST : REFUSED));
	return {
		send(pcm) {
			if (isOver || socket.readyState !== WebSocket.OPEN) return;
			if (socket.bufferedAmount > MOST_WAITING_BYTES) close(PROBLEMS['too-slow']);
			else socket.send(pcm);
		},
		stop() {
			if (socket.readyState === WebSocket.OPEN && isReady) tell({ type: 'stop' });
			else close(undefined);
		},
		drop: () => close(undefined),
	};
}
