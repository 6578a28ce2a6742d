import { describe, expect, it } from 'vitest';
import { spanOf, traceparentOf } from '../../src/domain/index.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('traceparent', () => {
	it('carries a span that is recorded over to another process, and is read there as the same', () => {
		const traceparent = traceparentOf({ traceId, spanId, traceFlags: 1 });
		expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
		expect(spanOf(traceparent as string)).toEqual({ traceId, spanId, traceFlags: 1 });
	});

	it('keeps flags that it does not know', () => {
		expect(spanOf(`00-${traceId}-${spanId}-ff`)).toEqual({ traceId, spanId, traceFlags: 255 });
		expect(traceparentOf({ traceId, spanId, traceFlags: 3 })).toMatch(/-03$/);
	});

	it('is none where nothing is recorded', () => {
		expect(traceparentOf({ traceId, spanId, traceFlags: 0 })).toBeUndefined();
		expect(traceparentOf({ traceId, spanId, traceFlags: 2 })).toBeUndefined();
	});

	it.each([
		['', 'nothing'],
		[`01-${traceId}-${spanId}-01`, 'another version'],
		[`00-${'0'.repeat(32)}-${spanId}-01`, 'a trace of zeros'],
		[`00-${traceId}-${'0'.repeat(16)}-01`, 'a span of zeros'],
		[`00-${traceId.toUpperCase()}-${spanId}-01`, 'capitals'],
		[`00-${traceId}-${spanId}-01-more`, 'more behind it'],
		[` 00-${traceId}-${spanId}-01`, 'something before it'],
	])('%j is none: %s', (text) => {
		expect(spanOf(text)).toBeUndefined();
	});
});
