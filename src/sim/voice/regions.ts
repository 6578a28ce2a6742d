import { EventEmitter } from 'node:events';
import type { VoiceCall } from './call.ts';
import type { VoiceClient } from './client.ts';
import type { PacketCounts } from './relay.ts';
import { VoiceServer, type VoiceServerEvents, type VoiceServerOptions } from './server.ts';

/** Old sessions get this long to leave by themselves after a change of region. */
const MOVING_GRACE_MS = 1_000;

/** The voice servers of the simulation. Each Discord server uses one, and can be moved to another. */
export class VoiceRegions extends EventEmitter<VoiceServerEvents> implements AsyncDisposable {
	readonly #options: VoiceServerOptions;
	readonly #servers: VoiceServer[] = [];
	readonly #byGuild = new Map<string, VoiceServer>();

	private constructor(options: VoiceServerOptions, first: VoiceServer) {
		super();
		// Every member who waits for keys listens.
		this.setMaxListeners(0);
		this.#options = options;
		this.#add(first);
	}

	static async start(options: VoiceServerOptions): Promise<VoiceRegions> {
		return new VoiceRegions(options, await VoiceServer.start(options));
	}

	/** The voice server that members of this Discord server are sent to. */
	of(guildId: string): VoiceServer {
		return this.#byGuild.get(guildId) ?? (this.#servers[0] as VoiceServer);
	}

	find(guildId: string, userId: string): VoiceClient | undefined {
		return this.of(guildId).find(guildId, userId);
	}

	callOf(client: VoiceClient): VoiceCall | undefined {
		return this.of(client.identity.guildId).callOf(client);
	}

	isSettled(guildId: string, userId: string): boolean {
		return this.of(guildId).isSettled(guildId, userId);
	}

	/** Ends the user's stay with a close code of the voice gateway. */
	disconnect(guildId: string, userId: string, code?: number): void {
		this.of(guildId).disconnect(guildId, userId, code);
	}

	/** Over all regions. */
	counts(userId: string): PacketCounts {
		return this.#servers
			.map((server) => server.counts(userId))
			.reduce((sum, each) => ({
				received: sum.received + each.received,
				rejected: sum.rejected + each.rejected,
				relayed: sum.relayed + each.relayed,
				lost: sum.lost + each.lost,
				duplicated: sum.duplicated + each.duplicated,
				delayed: sum.delayed + each.delayed,
				corrupted: sum.corrupted + each.corrupted,
			}));
	}

	/** Starts another voice server for this Discord server. Its members are yet to be told. */
	async change(guildId: string, userIds: readonly string[]): Promise<void> {
		const old = this.of(guildId);
		const server = await VoiceServer.start(this.#options);
		this.#add(server);
		this.#byGuild.set(guildId, server);
		setTimeout(() => {
			for (const userId of userIds) old.disconnect(guildId, userId);
		}, MOVING_GRACE_MS).unref();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
		this.removeAllListeners();
	}

	#add(server: VoiceServer): void {
		this.#servers.push(server);
		server.on('ready', (...event) => this.emit('ready', ...event));
		server.on('left', (...event) => this.emit('left', ...event));
		server.on('speaking', (...event) => this.emit('speaking', ...event));
		server.on('transition', (...event) => this.emit('transition', ...event));
		server.on('change', () => this.emit('change'));
	}
}
