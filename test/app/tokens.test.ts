import { describe, expect, it } from 'vitest';
import { readTokens } from '../../src/app/tokens.ts';

describe('the tokens of the accounts', () => {
	it('are the main one and those of the list, in order', () => {
		expect(readTokens({ DISCORD_TOKEN: ' main\n' })).toEqual(['main']);
		expect(readTokens({ DISCORD_TOKEN: 'main', DISCORD_TOKENS: 'two, three,\n' })).toEqual(['main', 'two', 'three']);
		expect(readTokens({ DISCORD_TOKEN: 'main', DISCORD_TOKENS: '' })).toEqual(['main']);
	});

	it.each([
		['no main token', { DISCORD_TOKENS: 'two' }, 'SES_TOKEN_MISSING', ''],
		['a main token that cannot be one', { DISCORD_TOKEN: 'ma in' }, 'SES_TOKEN_REFUSED', ''],
		['two of them in its place', { DISCORD_TOKEN: 'main,two' }, 'SES_TOKEN_REFUSED', ''],
		[
			'one that cannot be one',
			{ DISCORD_TOKEN: 'main', DISCORD_TOKENS: 'two,th ree' },
			'SES_TOKENS_INVALID',
			'entry 2',
		],
		['the main one again', { DISCORD_TOKEN: 'main', DISCORD_TOKENS: 'main' }, 'SES_TOKENS_INVALID', 'entry 1'],
		['one twice', { DISCORD_TOKEN: 'main', DISCORD_TOKENS: 'two,three,two' }, 'SES_TOKENS_INVALID', 'entry 3'],
	])('%s is refused, and no token is quoted', (_, environment: Record<string, string>, code, message) => {
		let error: { code: string; message: string; hint: string } | undefined;
		try {
			readTokens(environment);
		} catch (thrown) {
			error = thrown as typeof error;
		}
		expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
		for (const secret of ['ma in', 'th ree', 'two,']) expect(`${error?.message} ${error?.hint}`).not.toContain(secret);
	});
});
