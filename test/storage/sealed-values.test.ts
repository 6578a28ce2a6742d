import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMOTIONS, type EmotionLabel } from '../../src/domain/index.ts';
import { communityContext, seal, timeContext, UnsealError, unseal } from '../../src/storage/crypto.ts';
import { decodeForChart, decodeLabel, decodeMood, encodeLabel, encodeMood } from '../../src/storage/mood-codec.ts';
import { moodEntry } from '../contracts/mood-store.ts';

const KEY = createSecretKey(randomBytes(32));
const CONTEXT = timeContext(1_700_000_000_000);
const sealed = (text: string): Buffer => seal(KEY, Buffer.from(text), CONTEXT);

describe('a sealed value', () => {
	it('opens with its key in its place, and is never the same twice', () => {
		for (const text of ['', 'anger', 'x'.repeat(5000)]) {
			expect(unseal(KEY, sealed(text), CONTEXT).toString()).toBe(text);
		}
		expect(sealed('anger').equals(sealed('anger'))).toBe(false);
	});

	it('does not open when a bit of it has changed, wherever that is', () => {
		const value = sealed('anger');
		fc.assert(
			fc.property(fc.integer({ min: 0, max: value.length * 8 - 1 }), (bit) => {
				const changed = Buffer.from(value);
				changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
				expect(() => unseal(KEY, changed, CONTEXT)).toThrow(UnsealError);
			}),
		);
	});

	it('does not open when it was cut short, down to nothing', () => {
		const value = sealed('anger');
		for (let length = 0; length < value.length; length++) {
			expect(() => unseal(KEY, value.subarray(0, length), CONTEXT)).toThrow(UnsealError);
		}
	});

	it('does not open at another time, in another community, or with another key', () => {
		const value = sealed('anger');
		expect(() => unseal(KEY, value, timeContext(1_700_000_000_001))).toThrow(UnsealError);
		expect(() => unseal(createSecretKey(randomBytes(32)), value, CONTEXT)).toThrow(UnsealError);
		const [one, other] = [Buffer.from('community-1'), Buffer.from('community-2')];
		const row = seal(KEY, Buffer.from('calm'), communityContext(one, 5));
		expect(unseal(KEY, row, communityContext(one, 5)).toString()).toBe('calm');
		expect(() => unseal(KEY, row, communityContext(other, 5))).toThrow(UnsealError);
		expect(() => unseal(KEY, row, communityContext(one, 6))).toThrow(UnsealError);
	});
});

describe('what is sealed of a mood', () => {
	const LABELS: readonly EmotionLabel[] = [...EMOTIONS, 'unsure'];

	it('is as long for one label as for another, and for ids of about the same length', () => {
		const lengths = LABELS.map((label) => encodeMood(moodEntry(1, { label })).length);
		expect(new Set(lengths).size).toBe(1);
		expect((lengths[0] as number) % 64).toBe(0);
		expect(encodeMood(moodEntry(1, { utteranceId: 'utterance-12' })).length).toBe(lengths[0]);
	});

	it('keeps every label', () => {
		for (const label of LABELS) {
			const bytes = encodeMood(moodEntry(1, { label }));
			expect([decodeMood(bytes, {}).label, decodeForChart(bytes, 0).label]).toEqual([label, label]);
			expect(decodeLabel(encodeLabel(label))).toBe(label);
		}
	});

	it('is not read as something else when its format is unknown', () => {
		const bytes = encodeMood(moodEntry(1));
		for (const [at, value] of [
			[0, 0],
			[0, 2],
			[1, LABELS.length],
			[1, 255],
		] as const) {
			const changed = Buffer.from(bytes);
			changed[at] = value;
			expect(() => decodeMood(changed, {})).toThrow(RangeError);
			expect(() => decodeForChart(changed, 0)).toThrow(RangeError);
		}
		for (const cut of [0, 1, 100]) expect(() => decodeMood(bytes.subarray(0, cut), {})).toThrow(RangeError);
		expect(() => decodeLabel(Buffer.of(LABELS.length))).toThrow(RangeError);
		expect(() => decodeLabel(Buffer.alloc(0))).toThrow(RangeError);
	});
});
