import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { type Log, reasonOf } from '../../domain/index.ts';
import type { TracingOptions } from './options.ts';

/** What a collector may take; a shutdown waits for it once, and has 15 s for everything. */
const EXPORT_DEADLINE_MS = 3_000;

export interface TracingSetup {
	/** `ses-bot` or `ses-worker`: the service that the spans belong to. */
	readonly service: string;
	readonly log: Log;
	/** In place of OTLP over HTTP. */
	readonly exporter?: SpanExporter;
}

/**
 * Records the spans of this process and sends them to `endpoint`, until disposed of. Without an endpoint
 * nothing is loaded, recorded or connected.
 */
export async function openTracing(options: TracingOptions, setup: TracingSetup): Promise<AsyncDisposable | undefined> {
	const exporter = setup.exporter ?? (options.endpoint ? await otlpExporter(options.endpoint) : undefined);
	if (!exporter) return undefined;
	const { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } = await import(
		'@opentelemetry/sdk-trace'
	);
	const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
	const { resourceFromAttributes } = await import('@opentelemetry/resources');
	const provider = new TracerProvider({
		resource: resourceFromAttributes({ 'service.name': setup.service }),
		// Whoever took up an utterance decides; its worker follows.
		sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
		spanProcessors: [new BatchSpanProcessor({ exporter })],
	});
	const undelivered = tellOnce(setup.log);
	context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
	trace.setGlobalTracerProvider(provider);
	return {
		async [Symbol.asyncDispose]() {
			trace.disable();
			await provider.shutdown().catch((error) => undelivered(reasonOf(error)));
			context.disable();
			diag.disable();
		},
	};
}

async function otlpExporter(url: string): Promise<SpanExporter> {
	const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
	return new OTLPTraceExporter({ url, timeoutMillis: EXPORT_DEADLINE_MS });
}

/** A collector that is away is worth one line, not one for each batch. */
function tellOnce(log: Log): (reason: string) => void {
	let told = false;
	const error = (reason: string): void => {
		if (!told) log.warn({ reason: reason.slice(0, 500) }, 'traces could not be delivered');
		told = true;
	};
	const silent = (): void => undefined;
	diag.setLogger(
		{ error, warn: silent, info: silent, debug: silent, verbose: silent },
		{ logLevel: DiagLogLevel.ERROR },
	);
	return error;
}
