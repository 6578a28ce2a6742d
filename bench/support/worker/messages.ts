import { z } from 'zod';

/** What a worker process is asked. */
export const request = z.strictObject({ type: z.literal('usage') });
export type Request = z.infer<typeof request>;

export const answer = z.discriminatedUnion('type', [
	/** It is connected and its model is warm. */
	z.strictObject({ type: z.literal('ready') }),
	/** Processor time that it has taken since it started. */
	z.strictObject({ type: z.literal('usage'), cpuMs: z.number().nonnegative() }),
]);
export type Answer = z.infer<typeof answer>;

/** What it is started with. */
export const workerOptions = z.strictObject({ redisUrl: z.string(), redisPrefix: z.string() });
export type WorkerOptions = z.infer<typeof workerOptions>;
