/** What a tracer must know of a span in another process; that of OpenTelemetry fits. */
export interface SpanReference {
	/** 32 hexadecimal digits, not all of them 0. */
	readonly traceId: string;
	/** 16 hexadecimal digits, not all of them 0. */
	readonly spanId: string;
	/** Bit 0: the trace is recorded. */
	readonly traceFlags: number;
}

/** `traceparent` of W3C Trace Context, version 00. */
export const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

/** @returns `undefined` where nothing is recorded: there is nothing to carry on then */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanReference): string | undefined {
	if ((traceFlags & 1) === 0) return undefined;
	return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** @returns `undefined` when it is none */
export function spanOf(traceparent: string): SpanReference | undefined {
	const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
	return traceId && spanId && flags ? { traceId, spanId, traceFlags: Number.parseInt(flags, 16) } : undefined;
}
