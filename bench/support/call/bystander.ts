import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { entersState, joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import type { DAVESession } from '@snazzah/davey';
import { Client, GatewayIntentBits } from 'discord.js';
import { workingState } from './working-state.ts';

const DEADLINE_MS = 20_000;

/**
 * A second bot in the call. It is sent no packets, but is in the group of the end-to-end encryption, and
 * so can decrypt those that another received.
 */
export class Bystander implements AsyncDisposable {
	readonly session: DAVESession;
	readonly #client: Client;

	private constructor(client: Client, session: DAVESession) {
		this.#client = client;
		this.session = session;
	}

	static async join(token: string, apiBase: string, guildId: string, channelId: string): Promise<Bystander> {
		await using stack = new AsyncDisposableStack();
		const client = stack.adopt(
			new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates], rest: { api: apiBase } }),
			(each) => each.destroy(),
		);
		const ready = once(client, 'clientReady');
		await client.login(token);
		await ready;
		const guild = client.guilds.cache.get(guildId);
		if (!guild) throw new Error('The bystander is not in the server.');
		const connection = joinVoiceChannel({
			guildId,
			channelId,
			selfDeaf: true,
			group: 'bystander',
			adapterCreator: guild.voiceAdapterCreator,
		});
		await entersState(connection, VoiceConnectionStatus.Ready, DEADLINE_MS);
		const deadline = performance.now() + DEADLINE_MS;
		while (!workingState(connection).dave?.session?.ready) {
			if (performance.now() > deadline) throw new Error('The bystander got no keys.');
			await delay(10);
		}
		const session = workingState(connection).dave?.session as DAVESession;
		stack.move();
		return new Bystander(client, session);
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.#client.destroy();
	}
}
