import { EventEmitter } from 'node:events';
import type { VoiceCall } from './call.ts';
import type { VoiceClient } from './client.ts';
import { type DatagramCounts, noDatagrams, noPackets, type PacketCounts, sumCounts } from './counts.ts';
import { VoiceServer } from './server.ts';
import type { VoiceServerEvents, VoiceServerOptions } from './server-options.ts';

/** Old sessions get this long to leave by themselves after a change of region. */
const MOVING_GRACE_MS = 1_000;

/** The voice servers of the simulation. Each Discord server uses one, and can be moved to another. */
export class VoiceRegions extends EventEmitter<VoiceServerEvents> implements AsyncDisposable {
	readonly #options: VoiceServerOptions;
	/** All there have been: a closed one still has its counts. */
	readonly #servers: VoiceServer[] = [];
	readonly #open = new Set<VoiceServer>();
	readonly #closing = new Set<Promise<void>>();
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
		return sumCounts(
			this.#servers.map(({ relay }) => relay.counts(userId)),
			noPackets(),
		);
	}

	/** Over all regions. */
	get datagrams(): DatagramCounts {
		return sumCounts(
			this.#servers.map(({ relay }) => relay.datagrams),
			noDatagrams(),
		);
	}

	/** The servers that a user is connected to now, one for each Discord server. */
	clientsOf(userId: string): VoiceClient[] {
		return this.#servers
			.flatMap(({ clients }) => [...clients])
			.filter((client) => client.userId === userId && this.find(client.identity.guildId, userId) === client);
	}

	/** Starts another voice server for this Discord server. Its members are yet to be told. */
	async change(guildId: string, userIds: readonly string[]): Promise<void> {
		const old = this.of(guildId);
		const server = await VoiceServer.start(this.#options);
		this.#add(server);
		this.#byGuild.set(guildId, server);
		setTimeout(() => {
			for (const userId of userIds) old.disconnect(guildId, userId);
			this.#closeUnused(old);
		}, MOVING_GRACE_MS).unref();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#options.stalls.dropAll();
		for (const server of this.#open) this.#close(server);
		await Promise.all(this.#closing);
		this.removeAllListeners();
	}

	/** The first server stays: it is everyone's who was never moved. */
	#closeUnused(server: VoiceServer): void {
		const isUsed = server === this.#servers[0] || this.#byGuild.values().some((used) => used === server);
		if (!isUsed && this.#open.has(server)) this.#close(server);
	}

	#close(server: VoiceServer): void {
		this.#open.delete(server);
		const closing = server[Symbol.asyncDispose]().finally(() => this.#closing.delete(closing));
		this.#closing.add(closing);
	}

	#add(server: VoiceServer): void {
		this.#servers.push(server);
		this.#open.add(server);
		server.on('ready', (...event) => this.emit('ready', ...event));
		server.on('left', (...event) => this.emit('left', ...event));
		server.on('speaking', (...event) => this.emit('speaking', ...event));
		server.on('transition', (...event) => this.emit('transition', ...event));
		server.on('change', () => this.emit('change'));
	}
}
