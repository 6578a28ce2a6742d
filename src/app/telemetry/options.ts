import { z } from 'zod';

/** `metrics` in the configuration file. */
export const metricsOptions = z.strictObject({
	port: z.int().min(0).max(65_535).optional().describe('Where Prometheus reads /metrics; off when not set.'),
	host: z
		.string()
		.min(1)
		.default('127.0.0.1')
		.describe('The address that it is served at; 0.0.0.0 in a container, where others must reach it.'),
});
export type MetricsOptions = z.infer<typeof metricsOptions>;

/** `tracing` in the configuration file. */
export const tracingOptions = z.strictObject({
	endpoint: z
		.url({ protocol: /^https?$/, error: 'must be a URL, like http://localhost:4318/v1/traces' })
		.optional()
		.describe('Where OpenTelemetry traces are sent, as OTLP over HTTP; off when not set.'),
	sampleRatio: z.number().min(0).max(1).default(1).describe('Which share of the utterances is traced.'),
});
export type TracingOptions = z.infer<typeof tracingOptions>;
