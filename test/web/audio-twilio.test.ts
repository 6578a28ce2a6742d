import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { type AudioBench, audioToken, openAngryBench, Sender } from './audio-support.ts';
import { TWILIO_STOP, twilioMedia, twilioStart } from './audio-twilio-support.ts';
import { HOME, OTHER } from './support.ts';

const PATH = '/api/v1/audio/twilio';
const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const SILENCE = Buffer.alloc(160, 0xff).toString('base64');
const CONNECTED = { event: 'connected', protocol: 'Call', version: '1.0.0' };

let bench: AudioBench;
let token: string;
beforeAll(async () => {
	bench = await openAngryBench({ twilioAuthToken: AUTH_TOKEN });
	token = await audioToken(bench);
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const dial = async (headers: Record<string, string> = {}): Promise<Sender> => {
	const sender = new Sender(`${bench.url}${PATH}`, [], headers);
	await once(sender.webSocket, 'open');
	return sender;
};

/** The code of the close, and the first word of its reason. */
async function after(...messages: (object | string)[]): Promise<string> {
	const sender = await dial();
	for (const message of messages) sender.say(message);
	const { code, reason } = await sender.ended;
	// It takes no answers.
	expect(sender.answers).toEqual([]);
	return `${code} ${reason.split(':')[0]}`;
}

const signed = (address: string, secret = AUTH_TOKEN) => ({
	'x-twilio-signature': createHmac('sha1', secret).update(address).digest('base64'),
});
const sessions = () => bench.events.filter(({ type }) => type === 'session').length;

describe('a call', () => {
	const good = () => twilioStart({ token, agreed: 'true' });

	it('needs a token of the scope that is good', async () => {
		const reader = await bench.tokens.create({ name: 'r', scopes: ['feed:read'], guilds: 'all' });
		expect(await after(CONNECTED, twilioStart({ agreed: 'true' }))).toBe('4401 unauthenticated');
		expect(await after(twilioStart({ token: 'nonsense', agreed: 'true' }))).toBe('4401 unauthenticated');
		expect(await after(twilioStart({ token: reader, agreed: 'true' }))).toBe('4403 forbidden');
		const foreign = await audioToken(bench, [OTHER]);
		expect(await after(twilioStart({ token: foreign, agreed: 'true', guildId: HOME }))).toBe('4403 forbidden');
		expect(sessions()).toBe(0);
	});

	it('needs a caller who agreed', async () => {
		expect(await after(twilioStart({ token }))).toBe('4422 not-agreed');
		expect(await after(twilioStart({ token, agreed: 'no' }))).toBe('4422 not-agreed');
		expect(sessions()).toBe(0);
	});

	it.each(['both', 'both_tracks', 'all', 'agent', 'inbound,outbound'])(
		'is never read on the side of who is at work: %s',
		async (customer) => {
			expect(await after(twilioStart({ token, agreed: 'true', customer }))).toBe('4451 agent-refused');
			expect(sessions()).toBe(0);
		},
	);

	it.each<[string, string, (object | string)[]]>([
		['no JSON', '4400 malformed', ['{']],
		['no event', '4400 malformed', [{ event: 'hello' }]],
		['audio before the start', '4400 malformed', [CONNECTED, twilioMedia('inbound', 0, SILENCE)]],
		['a stop before the start', '4400 malformed', [CONNECTED, TWILIO_STOP]],
		['too much at once', '4413 too-large', ['x'.repeat(65_537)]],
	])('is refused: %s', async (_, expected, messages) => {
		expect(await after(...messages)).toBe(expected);
	});

	it('is refused when it is coded otherwise, has no such side, or is cut wrongly', async () => {
		const { start, ...rest } = good();
		const linear = { ...rest, start: { ...start, mediaFormat: { ...start.mediaFormat, encoding: 'audio/l16' } } };
		expect(await after(linear)).toBe('4400 malformed');
		const other = twilioStart({ token, agreed: 'true', customer: 'outbound' }, ['inbound']);
		expect(await after(other)).toBe('4400 malformed');
		expect(await after(good(), twilioMedia('inbound', 0, 'no base64!'))).toBe('4400 malformed');
		expect(await after(good(), twilioMedia('inbound', 0, ''))).toBe('4415 not-audio');
		expect(await after(good(), twilioMedia('sideways', 0, SILENCE))).toBe('4400 malformed');
	});

	it('starts once, and what is sent again is not heard again', async () => {
		expect(await after(good(), good())).toBe('4409 already-started');
		const sender = await dial();
		sender.say(CONNECTED).say(good());
		const media = twilioMedia('inbound', 0, Buffer.alloc(8000, 0xff).toString('base64'));
		// Of a second each; more than ten of them would be too fast.
		for (let index = 0; index < 30; index++) sender.say(media);
		sender.say(TWILIO_STOP);
		expect(await sender.ended).toEqual({ code: 1000, reason: 'stopped' });
	});

	it('is read on the side that is the customer’s', async () => {
		const sender = await dial();
		const from = bench.events.length;
		const place = { guildId: HOME, channelId: 'hotline' };
		sender.say(twilioStart({ token, agreed: 'true', customer: 'outbound', ...place }));
		for (let index = 0; index < 30; index++) {
			// Ten seconds and more of the other side cost nothing: they are not even counted.
			sender.say(twilioMedia('inbound', index, Buffer.alloc(8000, 0xff).toString('base64')));
		}
		sender.say(twilioMedia('outbound', 0, SILENCE)).say(TWILIO_STOP);
		expect((await sender.ended).code).toBe(1000);
		const begun = bench.events.slice(from).find(({ type }) => type === 'session');
		expect(begun).toMatchObject({ status: 'started', guildId: HOME, channelId: 'hotline' });
	});
});

describe('Twilio’s signature', () => {
	const address = () => `${bench.url.replace('http', 'ws')}${PATH}`;

	it('stands for the token', async () => {
		const sender = await dial(signed(address()));
		sender.say(twilioStart({ agreed: 'true' }));
		const from = sessions();
		await until(() => sessions() > from, 30_000);
		sender.say(TWILIO_STOP);
		expect((await sender.ended).code).toBe(1000);
	});

	it.each<[string, () => Record<string, string>]>([
		['another key', () => signed(address(), 'x'.repeat(32))],
		['another address', () => signed(address().replace('/twilio', ''))],
		['nobody', () => ({ 'x-twilio-signature': 'nonsense' })],
	])('is refused when it is of %s', async (_, headers) => {
		const sender = new Sender(`${bench.url}${PATH}`, [], headers());
		const [, response] = (await once(sender.webSocket, 'unexpected-response')) as [unknown, { statusCode: number }];
		expect(response.statusCode).toBe(401);
	});

	it('does not stand for the caller, who has to agree', async () => {
		const sender = await dial(signed(address()));
		sender.say(twilioStart({}));
		expect((await sender.ended).code).toBe(4422);
	});
});
