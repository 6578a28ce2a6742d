import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { AudioLine } from '../../src/web/audio/line.ts';
import type { LineOffice } from '../../src/web/audio/office.ts';
import { LOCAL } from '../../src/web/audio/place.ts';
import type { HeardVoice } from '../../src/web/services.ts';
import { until } from '../support/until.ts';
import { emotion, SILENT_LOG } from './support.ts';

const FORMAT = { codec: 'pcm_s16le', sampleRate: 16_000, channels: 1 } as const;
const OPERATOR = {
	kind: 'operator',
	name: 'Operator',
	actor: 'console',
	guilds: undefined,
	csrfToken: '',
	expiresAt: Number.POSITIVE_INFINITY,
	stillGood: () => true,
} as const;

/** Both ends of a real connection, and the server's end of it as a line. */
let near: WebSocket;
let far: WebSocket;
let line: AudioLine;
let heard: number[];
let gate: Promise<void>;
let ended: number;
let server: WebSocketServer;

beforeEach(async () => {
	heard = [];
	ended = 0;
	gate = Promise.resolve();
	const voice: HeardVoice = {
		sessionId: 's',
		isSpeech: false,
		msOf: ({ length }) => length / 32,
		push: async (bytes) => {
			await gate;
			heard.push(bytes[0] as number);
		},
		withdraw: () => {},
		[Symbol.asyncDispose]: async () => void ended++,
	};
	const office: LineOffice = {
		idleMs: 60_000,
		maxMs: 60_000,
		maxBufferedBytes: 65_536,
		log: SILENT_LOG,
		admit: () => {},
		open: async () => voice,
		describe: () => ({ speaker: 'v-x', model: 'model@1' }),
		over: (_, over) => void over?.[Symbol.asyncDispose](),
	};
	server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
	[near] = (await once(server, 'connection')) as [WebSocket];
	line = new AudioLine(near, { office, principal: OPERATOR, isTold: true });
	await line.start({ speakerId: 'a', guildId: undefined, channelId: 'audio', locale: 'en', format: FORMAT });
	near.on('message', (data: Buffer) => line.next(() => line.audio(new Uint8Array(data))));
	if (far.readyState !== far.OPEN) await once(far, 'open');
});
afterEach(() => {
	far.terminate();
	server.close();
});

describe('a line', () => {
	it('reads no further while too much waits, and loses nothing by it', async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		gate = promise;
		const sent = Array.from({ length: 200 }, (_, index) => index);
		for (const index of sent) far.send(new Uint8Array(640).fill(index));
		await until(() => near.isPaused, 30_000);
		expect(heard).toEqual([]);
		resolve();
		await until(() => heard.length === sent.length, 30_000);
		expect(heard).toEqual(sent);
		expect(near.isPaused).toBe(false);
	});

	it('ends when results wait that nobody reads', async () => {
		far.pause();
		const event = emotion('s', 'a');
		const { speakerId: _, type: __, at, quality: ___, model: ____, ...told } = event;
		const data = () => ({ ...told, channelId: 'audio', speaker: 'v-x' });
		await until(() => {
			for (let index = 0; index < 1000; index++) {
				line.see(event, { type: 'emotion', at, guildId: LOCAL, about: [], data });
			}
			return near.bufferedAmount > 65_536;
		}, 30_000);
		expect(ended).toBe(0);
		line.check(performance.now());
		expect([ended, near.readyState]).toEqual([1, near.CLOSING]);
		far.resume();
		const [code, reason] = (await once(far, 'close')) as [number, Buffer];
		expect([code, String(reason)]).toEqual([4008, 'too-slow']);
	});
});
