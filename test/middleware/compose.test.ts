import { describe, expect, it, vi } from 'vitest';
import { compose, guarded, type Step, StepError } from '../../src/middleware/index.ts';

type Trail = { readonly seen: string[] };
const step = (name: string, run: Step<Trail>['run']): Step<Trail> => ({ name, run });
const marking = (name: string): Step<Trail> =>
	step(name, async ({ seen }, next) => {
		seen.push(`${name}>`);
		await next();
		seen.push(`<${name}`);
	});

async function walk(steps: readonly Step<Trail>[]): Promise<string[]> {
	const context: Trail = { seen: [] };
	await compose(steps)(context);
	return context.seen;
}

describe('compose', () => {
	it('goes in and comes out like an onion', async () => {
		expect(await walk([marking('a'), marking('b')])).toEqual(['a>', 'b>', '<b', '<a']);
	});

	it('stops where next is not called', async () => {
		expect(await walk([marking('a'), step('wall', () => {}), marking('b')])).toEqual(['a>', '<a']);
	});

	it('refuses a second next', async () => {
		const greedy = step('greedy', async (_, next) => {
			await next();
			await next();
		});
		await expect(walk([greedy])).rejects.toThrow('step greedy: next() was called twice');
	});

	it('notices a next that was not awaited', async () => {
		const hasty = step('hasty', (_, next) => void next());
		const slow = step('slow', () => new Promise((resolve) => setTimeout(resolve, 5)));
		await expect(walk([hasty, slow])).rejects.toThrow('step hasty: next() was not awaited');
	});

	it('says which step broke, and keeps the cause', async () => {
		const cause = new Error('no');
		const error = await walk([marking('a'), step('bad', () => Promise.reject(cause))]).catch(
			(thrown: unknown) => thrown,
		);
		expect(error).toBeInstanceOf(StepError);
		expect(error).toMatchObject({ step: 'bad', cause });
	});

	it('tells of each step, from the inside out, how long it took without those behind it', async () => {
		let now = 0;
		using clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
		const timed: [string, number][] = [];
		const taking = (name: string, ms: number): Step<Trail> =>
			step(name, async (_, next) => {
				now += ms;
				await next();
				now += ms;
			});
		const broken = step('broken', () => {
			now += 5;
			throw new Error('no');
		});
		const run = compose([taking('a', 1), taking('b', 20), broken], (name, ms) => timed.push([name, ms]));
		await expect(run({ seen: [] })).rejects.toThrow('step broken: no');
		expect(timed).toEqual([
			['broken', 5],
			['b', 20],
			['a', 1],
		]);
		expect(clock).toHaveBeenCalled();
	});
});

describe('guarded', () => {
	const failing = (when: 'before' | 'after'): Step<Trail> =>
		step('failing', async (_, next) => {
			if (when === 'before') throw new Error('broken');
			await next();
			throw new Error('broken');
		});

	it.each(['before', 'after'] as const)('goes on when a step breaks %s next', async (when) => {
		const errors: StepError[] = [];
		const seen = await walk([marking('a'), guarded(failing(when), (error) => errors.push(error)), marking('b')]);
		expect(seen).toEqual(['a>', 'b>', '<b', '<a']);
		expect(errors.map((error) => error.message)).toEqual(['step failing: broken']);
	});

	it('leaves what breaks behind it to whoever is there', async () => {
		const report = vi.fn();
		const steps = [guarded(marking('a'), report), failing('before')];
		await expect(walk(steps)).rejects.toThrow('step failing: broken');
		expect(report).not.toHaveBeenCalled();
	});

	it('reports what was thrown that is no error', async () => {
		const report = vi.fn();
		await walk([
			guarded(
				step('odd', () => Promise.reject('just text')),
				report,
			),
		]);
		expect(report).toHaveBeenCalledWith(expect.objectContaining({ message: 'step odd: just text' }));
	});

	it('passes on what is to be forgotten, to objects of a class, too', () => {
		class Remembering implements Step<Trail> {
			readonly name = 'remembering';
			readonly forgotten: unknown[] = [];
			async run(): Promise<void> {}
			forget(...who: unknown[]): void {
				this.forgotten.push(who);
			}
		}
		const remembering = new Remembering();
		const boundary = guarded(remembering, () => {});
		boundary.forget?.('s', 'a');
		boundary.forget?.('s');
		expect(boundary.name).toBe('remembering');
		expect(remembering.forgotten).toEqual([
			['s', 'a'],
			['s', undefined],
		]);
		expect(() => guarded(marking('a'), () => {}).forget?.('s')).not.toThrow();
	});

	it('reports an error once, where it happened', async () => {
		const errors: string[] = [];
		const report = (error: StepError): number => errors.push(error.step);
		await walk([guarded(marking('a'), report), guarded(failing('before'), report), guarded(marking('b'), report)]);
		expect(errors).toEqual(['failing']);
	});
});
