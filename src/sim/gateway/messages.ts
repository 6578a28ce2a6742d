import { GatewayOpcodes } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseClientJson, snowflake } from '../snowflake.ts';
import { GATEWAY_CLOSE } from './close-codes.ts';

const message = <Op extends GatewayOpcodes, D extends z.ZodType>(op: Op, d: D) => z.object({ op: z.literal(op), d });

/** What a client may send on the main gateway. */
export const clientMessage = z.discriminatedUnion('op', [
	message(GatewayOpcodes.Heartbeat, z.int().nullable()),
	message(
		GatewayOpcodes.Identify,
		z.looseObject({
			token: z.string(),
			intents: z.int().min(0),
			compress: z.boolean().optional(),
			shard: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
		}),
	),
	message(GatewayOpcodes.PresenceUpdate, z.looseObject({ status: z.string() })),
	message(
		GatewayOpcodes.VoiceStateUpdate,
		z.object({
			guild_id: snowflake,
			channel_id: snowflake.nullable(),
			self_mute: z.boolean().default(false),
			self_deaf: z.boolean().default(false),
		}),
	),
	message(GatewayOpcodes.Resume, z.object({ token: z.string(), session_id: z.string(), seq: z.int().min(0) })),
	message(
		GatewayOpcodes.RequestGuildMembers,
		z.object({
			guild_id: snowflake,
			query: z.string().optional(),
			limit: z.int().min(0).default(0),
			user_ids: z.union([snowflake, z.array(snowflake)]).optional(),
			presences: z.boolean().optional(),
			nonce: z.string().max(32).optional(),
		}),
	),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type Identify = Extract<ClientMessage, { op: GatewayOpcodes.Identify }>['d'];
export type RequestMembers = Extract<ClientMessage, { op: GatewayOpcodes.RequestGuildMembers }>['d'];

const KNOWN_OPCODES: ReadonlySet<unknown> = new Set(clientMessage.options.map((option) => option.shape.op.value));

/** Discord's limit for what a client sends on the main gateway. */
const MAX_BYTES = 4_096;

/** @returns the message, or the close code that answers it */
export function parseClientMessage(text: string): ClientMessage | number {
	if (Buffer.byteLength(text) > MAX_BYTES) return GATEWAY_CLOSE.decodeError;
	let json: unknown;
	try {
		json = parseClientJson(text);
	} catch {
		return GATEWAY_CLOSE.decodeError;
	}
	const parsed = clientMessage.safeParse(json);
	if (parsed.success) return parsed.data;
	const isKnown = KNOWN_OPCODES.has((json as { op?: unknown } | null)?.op);
	return isKnown ? GATEWAY_CLOSE.decodeError : GATEWAY_CLOSE.unknownOpcode;
}
