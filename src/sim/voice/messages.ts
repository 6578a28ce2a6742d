import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { z } from 'zod';
import { parseClientJson, snowflake } from '../snowflake.ts';
import { TRANSPORT_MODES } from './aead.ts';
import { VOICE_CLOSE } from './close-codes.ts';

const message = <Op extends VoiceOpcodes, D extends z.ZodType>(op: Op, d: D) => z.object({ op: z.literal(op), d });

/** Opcodes that Discord's own clients use and its documentation does not list. */
export const UNDOCUMENTED = { video: 12, mediaSinkWants: 15 } as const;

const transitionId = z.object({ transition_id: z.int().min(0).max(0xffff) });

/** What a client may send as JSON on voice gateway version 8. */
export const clientMessage = z.discriminatedUnion('op', [
	message(
		VoiceOpcodes.Identify,
		z.object({
			server_id: snowflake,
			user_id: snowflake,
			session_id: z.string(),
			token: z.string(),
			max_dave_protocol_version: z.int().min(0).default(0),
		}),
	),
	message(
		VoiceOpcodes.SelectProtocol,
		z.object({
			protocol: z.string(),
			data: z.object({ address: z.string(), port: z.int().min(1).max(0xffff), mode: z.string() }),
		}),
	),
	message(VoiceOpcodes.Heartbeat, z.object({ t: z.number(), seq_ack: z.int().optional() })),
	message(
		VoiceOpcodes.Speaking,
		z.object({ speaking: z.int().min(0), delay: z.number().optional(), ssrc: z.int().min(0) }),
	),
	message(
		VoiceOpcodes.Resume,
		z.object({ server_id: snowflake, session_id: z.string(), token: z.string(), seq_ack: z.int().default(-1) }),
	),
	z.object({
		op: z.literal(UNDOCUMENTED.video),
		d: z.looseObject({ audio_ssrc: z.int().min(0), video_ssrc: z.int().min(0), rtx_ssrc: z.int().min(0).default(0) }),
	}),
	z.object({ op: z.literal(UNDOCUMENTED.mediaSinkWants), d: z.looseObject({}) }),
	message(VoiceOpcodes.DaveTransitionReady, transitionId),
	message(VoiceOpcodes.DaveMlsInvalidCommitWelcome, transitionId),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type VoiceIdentify = Extract<ClientMessage, { op: VoiceOpcodes.Identify }>['d'];
export type VoiceResume = Extract<ClientMessage, { op: VoiceOpcodes.Resume }>['d'];

export const transportMode = z.enum(TRANSPORT_MODES);

const KNOWN_OPCODES: ReadonlySet<unknown> = new Set(clientMessage.options.map((option) => option.shape.op.value));

/** @returns the message, or the close code that answers it */
export function parseClientMessage(text: string): ClientMessage | number {
	let json: unknown;
	try {
		json = parseClientJson(text);
	} catch {
		return VOICE_CLOSE.malformedPayload;
	}
	const parsed = clientMessage.safeParse(json);
	if (parsed.success) return parsed.data;
	const isKnown = KNOWN_OPCODES.has((json as { op?: unknown } | null)?.op);
	return isKnown ? VOICE_CLOSE.malformedPayload : VOICE_CLOSE.unknownOpcode;
}
