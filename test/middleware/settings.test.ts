import { describe, expect, it } from 'vitest';
import type { GuildSettings } from '../../src/domain/index.ts';
import { keptSettings } from '../../src/middleware/index.ts';

describe('keptSettings', () => {
	function kept(answers: (GuildSettings | Error)[]) {
		let now = 0;
		const asked: string[] = [];
		const failures: unknown[] = [];
		const read = async (guildId: string): Promise<GuildSettings> => {
			asked.push(guildId);
			const answer = answers.shift() ?? {};
			if (answer instanceof Error) throw answer;
			return answer;
		};
		const settingsOf = keptSettings(read, (error) => failures.push(error), { forMs: 5000, clock: () => now });
		return { settingsOf, asked, failures, pass: (ms: number) => (now += ms) };
	}

	it('asks once in a while, and once for all who want to know at a time', async () => {
		const { settingsOf, asked, pass } = kept([{ locale: 'de' }, { locale: 'pl' }]);
		expect(await Promise.all([settingsOf('g'), settingsOf('g')])).toEqual([{ locale: 'de' }, { locale: 'de' }]);
		pass(4999);
		expect(await settingsOf('g')).toEqual({ locale: 'de' });
		pass(1);
		expect(await settingsOf('g')).toEqual({ locale: 'pl' });
		expect(asked).toEqual(['g', 'g']);
	});

	it('remembers the thousand servers that were asked for last', async () => {
		const { settingsOf, asked } = kept([]);
		for (let guild = 0; guild < 1000; guild++) await settingsOf(`g${guild}`);
		await settingsOf('g0');
		expect(asked).toHaveLength(1000);
		await settingsOf('one more');
		await settingsOf('g0');
		expect(asked).toHaveLength(1001);
		await settingsOf('g1');
		expect(asked.slice(1000)).toEqual(['one more', 'g1']);
	});

	it('goes on with what it knew when it cannot be read, and with nothing before that', async () => {
		const { settingsOf, failures, pass } = kept([new Error('locked'), { locale: 'es' }, new Error('locked')]);
		expect(await settingsOf('g')).toEqual({});
		pass(5000);
		expect(await settingsOf('g')).toEqual({ locale: 'es' });
		pass(5000);
		expect(await settingsOf('g')).toEqual({ locale: 'es' });
		expect(failures).toHaveLength(2);
	});
});
