import { controlSchema, feedEventSchema } from '../feed/index.ts';
import { audioChannels } from './audio-channels.ts';
import { jsonSchema } from './openapi.ts';

const ABOUT: Readonly<Record<string, string>> = {
	session: 'The bot came into a voice channel or left it.',
	emotion: 'One utterance of one speaker.',
	partial: 'What somebody who is still speaking sounds like so far; void once the utterance of that id is over.',
	mood: 'Mood of a group over a stretch of time, k-anonymous, or why it is not shown.',
	heat: 'How tense a channel is, with reasons.',
	alert: 'A channel turned angry.',
	reply: 'A rule fired, and what the bot did by itself.',
	consent: 'A member agreed or withdrew.',
	health: 'How well everyone is heard.',
	hello: 'Comes first on a connection.',
	gap: 'What was missed cannot be made up for.',
	close: 'Comes last on a connection.',
};

/** Each schema under the type that it is for. */
const MESSAGES = [...feedEventSchema.options, ...controlSchema.options].map(
	(schema) => [schema.shape.type.value, schema] as const,
);
const EVENTS = feedEventSchema.options.map((schema) => schema.shape.type.value);

const references = (names: readonly string[], channel: string): object[] =>
	names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));

/** docs/asyncapi.json */
export function asyncApiDocument(version: string): object {
	const all = MESSAGES.map(([name]) => name);
	const carried = (names: readonly string[]): object =>
		Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
	const read = (channel: string, names: readonly string[], summary: string): object => ({
		action: 'send',
		summary,
		channel: { $ref: `#/channels/${channel}` },
		messages: references(names, channel),
	});
	const audio = audioChannels(jsonSchema);
	return {
		asyncapi: '3.0.0',
		info: {
			title: 'SpeechEmotionSense event feed and audio in',
			version,
			description: 'Written from the schemas that check every message; docs/feed.md and docs/audio-in.md explain them.',
			license: { name: 'MIT' },
		},
		defaultContentType: 'application/json',
		servers: {
			http: { host: '127.0.0.1:8787', protocol: 'http', security: [{ $ref: '#/components/securitySchemes/token' }] },
			webSocket: { host: '127.0.0.1:8787', protocol: 'ws', security: [{ $ref: '#/components/securitySchemes/token' }] },
		},
		channels: {
			events: {
				address: '/api/v1/events',
				description: 'Server-sent events: the type as `event`, the envelope as `data`.',
				servers: [{ $ref: '#/servers/http' }],
				messages: carried(all),
			},
			webSocket: {
				address: '/api/v1/ws',
				description: 'One envelope a message; sub-protocol `ses.v1`.',
				servers: [{ $ref: '#/servers/webSocket' }],
				messages: carried(all),
			},
			webhook: {
				address: null,
				description: 'A POST with the envelope as its body, signed as Standard Webhooks has it.',
				messages: carried(EVENTS),
			},
			...audio.channels,
		},
		operations: {
			sendEvents: read('events', all, 'Tells what happens, over SSE.'),
			sendMessages: read('webSocket', all, 'Tells what happens, over WebSocket.'),
			sendWebhook: read('webhook', EVENTS, 'Tells what happens to a receiver that is configured.'),
			...audio.operations,
		},
		components: {
			securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'From `ses token create`.' } },
			messages: {
				...Object.fromEntries(
					MESSAGES.map(([name, schema]) => [name, { name, summary: ABOUT[name], payload: jsonSchema(schema) }]),
				),
				...audio.messages,
			},
		},
	};
}
