import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createLog, describeError } from '../../src/app/log.ts';

/** What `use` puts on the log, line by line. */
function lines(use: (log: ReturnType<typeof createLog>) => void): {
	text: string;
	parsed: Record<string, unknown>[];
} {
	let text = '';
	const write = (line: string): void => {
		text += line;
	};
	use(createLog({ level: 'info' }, { write }));
	return {
		text,
		parsed: text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>),
	};
}

const refusal = (): DiscordAPIError =>
	new DiscordAPIError(
		{ message: 'Missing Permissions', code: 50013 },
		50013,
		403,
		'POST',
		'https://discord.example/webhooks/1/SECRET-interaction-token/messages',
		{ body: { content: 'SECRET words' }, files: [] },
	);

describe('createLog', () => {
	it.each(['error', 'err', 'failure', 'reason'])('says of an error under %j what it is, and no more', (name) => {
		const { text, parsed } = lines((log) => log.error({ [name]: refusal() }, 'reply failed'));
		expect(text).not.toContain('SECRET');
		expect(parsed[0]).toMatchObject({ msg: 'reply failed', [name]: { code: 50013, message: 'Missing Permissions' } });
		expect(parsed[0]?.[name]).toHaveProperty('stack');
	});

	it('says so of an error that is logged by itself, too', () => {
		const { text, parsed } = lines((log) => log.error(refusal()));
		expect(text).not.toContain('SECRET');
		expect(parsed[0]).toMatchObject({ err: { code: 50013 } });
	});

	it('takes whatever was thrown', () => {
		expect(lines((log) => log.error({ error: 'a word' }, 'failed')).parsed[0]).toMatchObject({
			error: { message: 'a word' },
		});
	});

	it.each(['userId', 'speakerId', 'token', 'content', 'text', 'key', 'pcm'])(
		'redacts %s down to the fourth level',
		(key) => {
			const secret = { [key]: 'SECRET' };
			const { text, parsed } = lines((log) => {
				log.info(secret, 'one');
				log.info({ a: secret }, 'two');
				log.info({ a: { b: secret } }, 'three');
				log.info({ members: [secret, secret] }, 'three, in a list');
				log.info({ a: { b: { c: secret } } }, 'four');
				log.info({ a: { members: [secret] }, heard: 1 }, 'four, in a list');
			});
			expect(text).not.toContain('SECRET');
			expect(parsed).toHaveLength(6);
			expect(parsed.at(-1)).toMatchObject({ heard: 1 });
		},
	);
});

describe('describeError', () => {
	it('follows causes', () => {
		const error = new Error('outer', { cause: new TypeError('inner', { cause: 'a word' }) });
		expect(describeError(error)).toMatchObject({
			type: 'Error',
			message: 'outer',
			cause: { type: 'TypeError', message: 'inner', cause: { message: 'a word' } },
		});
	});

	it('ends although an error is its own cause', () => {
		const error = new Error('round');
		error.cause = new Error('and round', { cause: error });
		const text = JSON.stringify(describeError(error));
		expect(text.match(/"message"/g)).toHaveLength(6);
	});
});
