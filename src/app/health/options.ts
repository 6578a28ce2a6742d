import { z } from 'zod';

/** Where a process says how it is, beside what `health.everyMs` is about. */
export const healthEndpointOptions = z.strictObject({
	port: z
		.int()
		.min(0)
		.max(65_535)
		.optional()
		.describe('Port of GET /live and GET /ready of `ses worker` and `ses start`; none when not set.'),
	host: z
		.string()
		.min(1)
		.default('127.0.0.1')
		.describe('Address of these endpoints; Kubernetes asks from outside, so 0.0.0.0 there.'),
});

export type HealthEndpointOptions = z.infer<typeof healthEndpointOptions>;
