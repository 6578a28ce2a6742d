import { type Context, context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { traceparentOf } from '../../domain/index.ts';

/**
 * The trace of each utterance: `utterance` from its first sound to its last effect, and under it `queue`,
 * `inference` (src/inference/queue/trace.ts), `middleware` and `effect`. Attributes tell kinds and figures,
 * never who, where or what. Without a tracer provider (src/app/telemetry/tracing.ts) all of it does nothing.
 */
const tracer = () => trace.getTracer('speech-emotion-sense');

/** Ends the span with the work; of a failure it tells that there was one, since messages may quote anything. */
async function during<T>(span: Span, within: Context, work: () => Promise<T>): Promise<T> {
	try {
		return await context.with(within, work);
	} catch (error) {
		span.setStatus({ code: SpanStatusCode.ERROR });
		throw error;
	} finally {
		span.end();
	}
}

export class UtteranceTrace {
	readonly #span: Span;
	readonly #context: Context;

	/** @param startedAt when the first sound was heard, milliseconds since the Unix epoch */
	constructor(startedAt: number, durationMs: number) {
		const attributes = { 'ses.duration_ms': Math.round(durationMs) };
		this.#span = tracer().startSpan('utterance', { startTime: startedAt, attributes }, ROOT_CONTEXT);
		this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
	}

	/** @param work is given what carries the trace into another process, when there is a trace */
	stage<T>(name: 'queue' | 'middleware', work: (traceparent: string | undefined) => Promise<T>): Promise<T> {
		const span = tracer().startSpan(name, {}, this.#context);
		const within = trace.setSpan(this.#context, span);
		return during(span, within, () => work(traceparentOf(span.spanContext())));
	}

	/** @param outcome what became of it: `classified`, or the cause of its drop */
	end(outcome: string): void {
		this.#span.setAttribute('ses.outcome', outcome);
		this.#span.end();
	}
}

/** Something that an utterance brought about outside of the engine, as part of whichever trace is under way. */
export function traceEffect<T>(kind: 'record' | 'say' | 'alert' | 'call', effect: () => Promise<T>): Promise<T> {
	const span = tracer().startSpan('effect', { attributes: { 'ses.effect': kind } });
	return during(span, trace.setSpan(context.active(), span), effect);
}
