import type { z } from 'zod';
import { audioServerSchema, startSchema, stopSchema } from '../audio/schemas.ts';
import { twilioSchema } from '../audio/twilio-schemas.ts';

interface Message {
	readonly name: string;
	readonly summary: string;
	readonly schema: z.ZodType;
	/** Whether it is for the server, and so may leave out what has a default. */
	readonly isSent?: true;
	/** What is no JSON. */
	readonly contentType?: string;
}

const ANSWERS: Readonly<Record<string, string>> = {
	ready: 'The voice is heard from now on.',
	speech: 'An utterance began or ended. One that is too short has no emotion.',
	emotion: 'One utterance, as on the feed.',
	partial: 'What an utterance that goes on sounds like so far, as on the feed.',
	stopped: 'All that was said has been heard; the close follows.',
	problem: 'Why the connection is closed; the close follows.',
};
const EVENTS: Readonly<Record<string, string>> = {
	connected: 'Comes first.',
	start: 'Whose call it is, and in customParameters what SpeechEmotionSense has to know.',
	media: 'A piece of one side of the call.',
	mark: 'Nothing to us.',
	dtmf: 'Nothing to us.',
	stop: 'The stream is over.',
};

const nameOf = (prefix: string, type: string): string => `${prefix}${type[0]?.toUpperCase()}${type.slice(1)}`;

const SENT: readonly Message[] = [
	{
		name: 'audioStart',
		summary: 'Whose voice it is and how it is coded; first and once.',
		schema: startSchema,
		isSent: true,
	},
	{ name: 'audioStop', summary: 'Asks for what is still missing, and for the end.', schema: stopSchema, isSent: true },
];
const ANSWERED: readonly Message[] = audioServerSchema.options.map((schema) => {
	const type = schema.shape.type.value;
	return { name: nameOf('audio', type), summary: ANSWERS[type] ?? '', schema };
});
const CALLED: readonly Message[] = twilioSchema.options.map((schema) => {
	const event = schema.shape.event.value;
	return { name: nameOf('twilio', event), summary: EVENTS[event] ?? '', schema, isSent: true };
});
const SOUND = {
	name: 'audioBytes',
	summary: 'Binary: whole samples, or one Opus packet, as start has said.',
	contentType: 'application/octet-stream',
	payload: { type: 'string', format: 'binary' },
};

const carried = (names: readonly string[]): object =>
	Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
const operation = (action: 'send' | 'receive', channel: string, names: readonly string[], summary: string): object => ({
	action,
	summary,
	channel: { $ref: `#/channels/${channel}` },
	messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});
const namesOf = (messages: readonly Message[]): string[] => messages.map(({ name }) => name);

const sentNames = [...namesOf(SENT), SOUND.name];
const servers = [{ $ref: '#/servers/webSocket' }];

/** What audio in adds to docs/asyncapi.json. @param jsonSchema as of the rest of it */
export const audioChannels = (jsonSchema: (schema: z.ZodType, io: 'input' | 'output') => object) => ({
	channels: {
		audio: {
			address: '/api/v1/audio',
			description: 'One voice a connection; sub-protocol `ses-audio.v1`. docs/audio-in.md explains it.',
			servers,
			messages: carried([...sentNames, ...namesOf(ANSWERED)]),
		},
		twilio: {
			address: '/api/v1/audio/twilio',
			description: "Twilio's Media Streams, one way: the server answers by the code of its close alone.",
			servers,
			messages: carried(namesOf(CALLED)),
		},
	},
	operations: {
		receiveAudio: operation('receive', 'audio', sentNames, 'Takes a voice.'),
		sendAudioAnswers: operation('send', 'audio', namesOf(ANSWERED), 'Tells what it sounds like.'),
		receiveCall: operation('receive', 'twilio', namesOf(CALLED), 'Takes one side of a call.'),
	},
	messages: Object.fromEntries([
		...[...SENT, ...ANSWERED, ...CALLED].map(({ name, summary, schema, isSent }) => [
			name,
			{ name, summary, payload: jsonSchema(schema, isSent ? 'input' : 'output') },
		]),
		[SOUND.name, SOUND],
	]),
});
