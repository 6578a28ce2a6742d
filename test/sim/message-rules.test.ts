import { describe, expect, it } from 'vitest';
import { MessageRules } from '../../src/sim/message-rules.ts';

const settled = (condition: () => boolean) => expect.poll(condition, { timeout: 5_000 }).toBe(true);

describe('rules for messages', () => {
	it('delay what they name, in its order, while the rest overtakes', async () => {
		const rules = new MessageRules<number>();
		const sent: string[] = [];
		const send = (op: number, userId: string) => rules.apply(op, userId, () => sent.push(`${op} to ${userId}`));
		const late = rules.add({ names: new Set([1, 2]), userId: 'a', effect: { kind: 'delay', ms: 100 } });
		for (const op of [1, 2, 3, 1]) send(op, 'a');
		send(1, 'b');
		expect(sent).toEqual(['3 to a', '1 to b']);
		expect(late.hits).toBe(3);
		late.end();
		// The rule is gone; what it holds back still comes first.
		send(2, 'a');
		send(3, 'a');
		await settled(() => sent.length === 7);
		expect(sent).toEqual(['3 to a', '1 to b', '3 to a', '1 to a', '2 to a', '1 to a', '2 to a']);
		send(1, 'a');
		expect(sent.at(-1)).toBe('1 to a');
		expect(sent).toHaveLength(8);
	});

	it('drop and corrupt, so many times as they are told', () => {
		const rules = new MessageRules<string>();
		const sent: boolean[] = [];
		const send = () => rules.apply('READY', 'a', (isCorrupt) => sent.push(isCorrupt));
		rules.add({ names: new Set(['READY']), userId: undefined, effect: { kind: 'drop' } }, { times: 2 });
		rules.add({ names: new Set(['READY']), userId: 'a', effect: { kind: 'corrupt' } }, { times: 1 });
		for (let count = 0; count < 4; count++) send();
		expect(sent).toEqual([true, false]);
		expect(rules.isEmpty).toBe(true);
	});

	it('end with their block, and tell that they have', () => {
		const rules = new MessageRules<string>();
		let ends = 0;
		{
			using fault = rules.add(
				{ names: new Set(['x']), userId: undefined, effect: { kind: 'drop' } },
				{ onEnd: () => ends++ },
			);
			rules.apply('x', 'a', () => expect.unreachable());
			expect(fault.hits).toBe(1);
		}
		expect([ends, rules.isEmpty]).toEqual([1, true]);
	});
});
