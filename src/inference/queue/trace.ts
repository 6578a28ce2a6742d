import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { spanOf } from '../../domain/index.ts';

/** A call of a model as it was: times in milliseconds since the Unix epoch. */
export interface TracedBatch {
	/** `name@version`; absent when it failed. */
	readonly model?: string;
	readonly clips: number;
	readonly startedAt: number;
	readonly endedAt: number;
}

/**
 * Records a batch as an `inference` span in the trace of each of its utterances, which may have begun in
 * another process. Without a tracer provider, or for utterances that nobody traces, it does nothing.
 */
export function traceBatch(
	items: readonly { readonly traceparent?: string }[],
	{ model, clips, startedAt, endedAt }: TracedBatch,
): void {
	for (const { traceparent } of items) {
		const parent = traceparent === undefined ? undefined : spanOf(traceparent);
		if (!parent) continue;
		const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
		const attributes = { 'ses.batch_clips': clips, ...(model && { 'ses.model': model }) };
		const span = trace
			.getTracer('speech-emotion-sense')
			.startSpan('inference', { startTime: startedAt, attributes }, context);
		if (!model) span.setStatus({ code: SpanStatusCode.ERROR });
		span.end(endedAt);
	}
}
