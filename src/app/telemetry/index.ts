import type { Log } from '../../domain/index.ts';
import type { Metrics } from './metrics.ts';
import type { MetricsOptions, TracingOptions } from './options.ts';
import { openTracing } from './tracing.ts';

export type { Metrics } from './metrics.ts';
export { traceEffect } from './spans.ts';

export interface Telemetry extends AsyncDisposable {
	/** Absent when nobody is to read them. */
	readonly metrics: Metrics | undefined;
	/** Where they are served. */
	readonly port: number | undefined;
}

/**
 * Serves metrics and sends traces as far as either is configured. What is not is not even loaded.
 *
 * @param service as the traces name it
 * @throws {SesError} SES_PORT_UNUSABLE
 */
export async function openTelemetry(
	config: { readonly metrics: MetricsOptions; readonly tracing: TracingOptions },
	service: 'ses-bot' | 'ses-worker',
	log: Log,
): Promise<Telemetry> {
	await using stack = new AsyncDisposableStack();
	const { port, host } = config.metrics;
	let metrics: Metrics | undefined;
	let served: number | undefined;
	if (port !== undefined) {
		const [{ Metrics: Open }, { serveMetrics }] = await Promise.all([
			import('./metrics.ts'),
			import('./metrics-server.ts'),
		]);
		metrics = new Open();
		served = stack.use(await serveMetrics(metrics.registry, host, port)).port;
		log.info({ port: served }, 'metrics are served');
	}
	stack.use(await openTracing(config.tracing, { service, log }));
	const running = stack.move();
	return { metrics, port: served, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
