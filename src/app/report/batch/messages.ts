import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../../domain/index.ts';
import { LANGUAGES } from '../model.ts';
import { CUSTOMERS } from '../read-call.ts';
import { digestSchema } from './state.ts';

export const flagsSchema = z.object({
	kind: z.enum(['call', 'conversation']),
	customer: z.enum(CUSTOMERS).optional(),
	language: z.enum(LANGUAGES),
	embedAudio: z.boolean(),
	channels: z.array(z.int().nonnegative()).readonly().optional(),
	maxDurationMs: z.number().positive().optional(),
});

/** Command → process. */
export const requestSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('start'), config: z.string().optional(), flags: flagsSchema }),
	z.object({ type: z.literal('report'), file: z.string(), target: z.string() }),
]);
export type Request = z.infer<typeof requestSchema>;

/** An error on its way between processes. */
export const faultSchema = z.object({
	code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
	message: z.string(),
	hint: z.string(),
});
export type Fault = z.infer<typeof faultSchema>;

/** Process → command. */
export const responseSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('ready') }),
	z.object({ type: z.literal('progress'), positionMs: z.number(), durationMs: z.number().optional() }),
	z.object({ type: z.literal('done'), digest: digestSchema }),
	z.object({ type: z.literal('failed'), fault: faultSchema }),
]);
export type Response = z.infer<typeof responseSchema>;
