import { once } from 'node:events';
import {
	entersState,
	getGroups,
	joinVoiceChannel,
	type VoiceConnection,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import { Client, GatewayIntentBits } from 'discord.js';
import { SILENCE_FRAME, SimulatedDiscord, type SimulatedDiscordOptions } from '../../../src/sim/index.ts';

export const TOKEN = 'token-of-the-bot-under-test';

export const home: SimulatedDiscordOptions = {
	guilds: [
		{
			name: 'Home',
			channels: [{ name: 'general' }, { name: 'Lounge', kind: 'voice' }, { name: 'Den', kind: 'voice' }],
		},
	],
	bots: [{ token: TOKEN, name: 'Ears' }],
};

export const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildVoiceStates;

/** A real discord.js client that is ready; disposed of, it logs out. */
export async function logIn(discord: SimulatedDiscord, intents = INTENTS): Promise<Client<true> & AsyncDisposable> {
	const client = new Client({ intents, rest: { api: discord.apiBase, retries: 0 } });
	const ready = once(client, 'clientReady');
	await client.login(TOKEN);
	await ready;
	return Object.assign(client as Client<true>, { [Symbol.asyncDispose]: () => client.destroy() });
}

let groups = 0;

/** The bot in a voice channel, through discord.js's own adapter. */
export async function joinVoice(
	client: Client<true>,
	discord: SimulatedDiscord,
	channel: string,
	options: { daveEncryption?: boolean } = {},
): Promise<VoiceConnection & Disposable> {
	discord.trust();
	const { id, guildId } = discord.channel(channel);
	const group = `bot-under-test-${++groups}`;
	const connection = joinVoiceChannel({
		channelId: id,
		guildId,
		group,
		selfDeaf: false,
		adapterCreator: client.guilds.cache.get(guildId)?.voiceAdapterCreator ?? fail(),
		...options,
	});
	connection.on('error', (error) => {
		throw error;
	});
	await entersState(connection, VoiceConnectionStatus.Ready, 5_000);
	const dispose = () => {
		if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
		getGroups().delete(group);
	};
	return Object.assign(connection, { [Symbol.dispose]: dispose });
}

/** Waits until the end-to-end encryption of the call includes the bot. */
export async function encrypted(connection: VoiceConnection): Promise<void> {
	while (connection.voicePrivacyCode === undefined) {
		await once(connection, 'transitioned', { signal: AbortSignal.timeout(5_000) });
	}
}

/** Collects what the bot hears of a user, closing silence left out. */
export function hear(connection: VoiceConnection, userId: string): { packets: Buffer[]; errors: Error[] } {
	const heard = { packets: [] as Buffer[], errors: [] as Error[] };
	connection.receiver
		.subscribe(userId)
		.on('data', (packet: Buffer) => {
			if (!packet.equals(SILENCE_FRAME)) heard.packets.push(packet);
		})
		.on('error', (error) => heard.errors.push(error));
	return heard;
}

/** The bot in a voice channel with one member, Anna, whom it hears and can decrypt. */
export async function startCall(options: SimulatedDiscordOptions = home) {
	await using stack = new AsyncDisposableStack();
	const discord = stack.use(await SimulatedDiscord.start(options));
	const client = stack.use(await logIn(discord));
	const anna = discord.createMember({ name: 'Anna' });
	await anna.join('Lounge');
	const connection = stack.use(await joinVoice(client, discord, 'Lounge'));
	await encrypted(connection);
	const heard = hear(connection, anna.id);
	const call = stack.move();
	return { discord, client, anna, connection, heard, [Symbol.asyncDispose]: () => call.disposeAsync() };
}

/** Positions of `heard` in `sent`, −1 for what was never sent: easier to read than bytes when a test fails. */
export function positions(heard: readonly Buffer[], sent: readonly Buffer[]): number[] {
	return heard.map((packet) => sent.findIndex((other) => other.equals(packet)));
}

/** 0, 1, 2 … */
export const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Waits until `condition` holds, a fixed time at most; for what no event announces. */
export async function eventually(condition: () => boolean, timeoutMs = 5_000): Promise<void> {
	const deadline = performance.now() + timeoutMs;
	while (!condition()) {
		if (performance.now() > deadline) throw new Error('The condition did not come true in time');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

function fail(): never {
	throw new Error('The bot is not in the server');
}
