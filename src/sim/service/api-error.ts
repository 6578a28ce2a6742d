import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { z } from 'zod';

/** A refusal as Discord's REST API words it. */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	readonly status: number;
	readonly code: number;
	readonly errors: unknown;

	constructor(status: number, code: number, message: string, errors?: unknown) {
		super(message);
		this.status = status;
		this.code = code;
		this.errors = errors;
	}

	get body(): { message: string; code: number; errors?: unknown } {
		return { message: this.message, code: this.code, ...(this.errors !== undefined && { errors: this.errors }) };
	}
}

const unknown = (code: RESTJSONErrorCodes, what: string) => () => new ApiError(404, code, `Unknown ${what}`);

export const refusals = {
	unauthorized: () => new ApiError(401, 0, '401: Unauthorized'),
	notFound: () => new ApiError(404, 0, '404: Not Found'),
	methodNotAllowed: () => new ApiError(405, 0, '405: Method Not Allowed'),
	unknownApplication: unknown(RESTJSONErrorCodes.UnknownApplication, 'Application'),
	unknownChannel: unknown(RESTJSONErrorCodes.UnknownChannel, 'Channel'),
	unknownCommand: unknown(RESTJSONErrorCodes.UnknownApplicationCommand, 'application command'),
	unknownEmoji: unknown(RESTJSONErrorCodes.UnknownEmoji, 'Emoji'),
	unknownGuild: unknown(RESTJSONErrorCodes.UnknownGuild, 'Guild'),
	unknownInteraction: unknown(RESTJSONErrorCodes.UnknownInteraction, 'interaction'),
	unknownMember: unknown(RESTJSONErrorCodes.UnknownMember, 'Member'),
	unknownMessage: unknown(RESTJSONErrorCodes.UnknownMessage, 'Message'),
	unknownUser: unknown(RESTJSONErrorCodes.UnknownUser, 'User'),
	unknownVoiceState: unknown(RESTJSONErrorCodes.UnknownVoiceState, 'Voice State'),
	unknownWebhook: unknown(RESTJSONErrorCodes.UnknownWebhook, 'Webhook'),
	missingAccess: () => new ApiError(403, RESTJSONErrorCodes.MissingAccess, 'Missing Access'),
	missingPermissions: () => new ApiError(403, RESTJSONErrorCodes.MissingPermissions, 'Missing Permissions'),
	emptyMessage: () => new ApiError(400, RESTJSONErrorCodes.CannotSendAnEmptyMessage, 'Cannot send an empty message'),
	notConnectedToVoice: () =>
		new ApiError(400, RESTJSONErrorCodes.TargetUserIsNotConnectedToVoice, 'Target user is not connected to voice.'),
	notTheAuthor: () =>
		new ApiError(
			403,
			RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser,
			'Cannot edit a message authored by another user',
		),
	alreadyAcknowledged: () =>
		new ApiError(
			400,
			RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
			'Interaction has already been acknowledged.',
		),
	tooLarge: () => new ApiError(413, RESTJSONErrorCodes.RequestEntityTooLarge, 'Request entity too large'),
	invalidJson: () =>
		new ApiError(400, RESTJSONErrorCodes.RequestBodyContainsInvalidJSON, 'The request body contains invalid JSON.'),
	invalidForm: (path: readonly PropertyKey[], code: string, message: string) =>
		new ApiError(
			400,
			RESTJSONErrorCodes.InvalidFormBodyOrContentType,
			'Invalid Form Body',
			nest([{ path, code, message }]),
		),
};

/** @throws ApiError 50035 with Discord's nesting of errors by field */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	const problems = parsed.error.issues.map(({ path, code, message }) => ({
		path,
		code: code === 'too_big' || code === 'too_small' ? 'BASE_TYPE_BAD_LENGTH' : 'BASE_TYPE_INVALID',
		message,
	}));
	throw new ApiError(400, RESTJSONErrorCodes.InvalidFormBodyOrContentType, 'Invalid Form Body', nest(problems));
}

interface Problem {
	readonly path: readonly PropertyKey[];
	readonly code: string;
	readonly message: string;
}

function nest(problems: readonly Problem[]): unknown {
	const root: Record<string, unknown> = {};
	for (const { path, code, message } of problems) {
		let node = root;
		for (const key of path) {
			node[String(key)] ??= {};
			node = node[String(key)] as Record<string, unknown>;
		}
		node['_errors'] = [...((node['_errors'] as unknown[] | undefined) ?? []), { code, message }];
	}
	return root;
}
