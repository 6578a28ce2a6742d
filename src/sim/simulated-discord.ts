import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Certificate } from './certificate.ts';
import { EventLog } from './events.ts';
import { GatewayServer } from './gateway/index.ts';
import { PacketClock, SimulatedMember, type VoiceLink } from './members/index.ts';
import {
	botOptions,
	type Channel,
	type Guild,
	guildOptions,
	type MemberOptions,
	type Message,
	memberOptions,
	World,
} from './model/index.ts';
import { cleanNetwork, type NetworkPolicy } from './network/index.ts';
import { RestServer } from './rest/index.ts';
import { CommandRegistry, Dispatcher, InteractionDesk, MessageBoard, VoiceStates } from './service/index.ts';
import { type PacketCounts, TRANSPORT_MODES, VoiceRegions } from './voice/index.ts';

const voiceOptions = z.strictObject({
	/** Transport encryption that the voice server offers, in its order of preference. */
	modes: z
		.array(z.enum(TRANSPORT_MODES))
		.min(1)
		.default([...TRANSPORT_MODES]),
	/** End-to-end encryption: true refuses clients without it (close code 4017), as Discord does; `optional` downgrades for them. */
	dave: z.union([z.boolean(), z.literal('optional')]).default(true),
	/** What the network does to packets on their way to each receiver; clean by default. */
	network: z.custom<NetworkPolicy>((value) => typeof value === 'function').default(() => cleanNetwork),
	heartbeatIntervalMs: z.int().min(50).default(13_750),
	resumeWindowMs: z.int().min(0).default(15_000),
});

const gatewayOptions = z.strictObject({
	heartbeatIntervalMs: z.int().min(50).default(41_250),
	resumeWindowMs: z.int().min(0).default(60_000),
});

const simulatedDiscordOptions = z.strictObject({
	guilds: z.array(guildOptions).min(1),
	bots: z.array(botOptions).min(1),
	voice: voiceOptions.prefault({}),
	gateway: gatewayOptions.prefault({}),
});

export type SimulatedDiscordOptions = z.input<typeof simulatedDiscordOptions>;

interface Parts {
	readonly world: World;
	readonly events: EventLog;
	readonly board: MessageBoard;
	readonly commands: CommandRegistry;
	readonly interactions: InteractionDesk;
	readonly dispatcher: Dispatcher;
	readonly voiceStates: VoiceStates;
	readonly certificate: Certificate;
	readonly regions: VoiceRegions;
	readonly gateway: GatewayServer;
	readonly rest: RestServer;
}

/**
 * A Discord on loopback: REST, gateway, voice gateway and UDP with real encryption, for bots that
 * use a real client library. Nothing leaves the machine.
 */
export class SimulatedDiscord implements AsyncDisposable {
	/** What the bot (and everyone else) did. */
	readonly events: EventLog;
	readonly #parts: Parts;
	readonly #clock = new PacketClock();
	readonly #links = new Set<VoiceLink>();
	readonly #instance = randomBytes(6).toString('hex');
	readonly #members: SimulatedMember[] = [];
	#isDisposed = false;
	readonly #network: { policy: NetworkPolicy };

	private constructor(parts: Parts, network: { policy: NetworkPolicy }) {
		this.#parts = parts;
		this.#network = network;
		this.events = parts.events;
		this.#observeVoice();
	}

	/** @throws ZodError when the options are not valid */
	static async start(options: SimulatedDiscordOptions): Promise<SimulatedDiscord> {
		const { guilds, bots, voice: voiceSettings, gateway: gatewaySettings } = simulatedDiscordOptions.parse(options);
		const world = new World();
		for (const guild of guilds) world.addGuild(guild);
		for (const bot of bots) world.addBot(bot);
		const events = new EventLog();
		const dispatcher = new Dispatcher();
		const board = new MessageBoard(world, dispatcher, events);
		const commands = new CommandRegistry(world, events);
		const interactions = new InteractionDesk(world, dispatcher, board, events);
		const voiceStates = new VoiceStates(world, dispatcher, events);
		const network = { policy: voiceSettings.network };

		await using started = new AsyncDisposableStack();
		const certificate = started.use(await Certificate.create());
		const { dave, network: _policy, ...voiceServerSettings } = voiceSettings;
		const regions = started.use(
			await VoiceRegions.start({
				...voiceServerSettings,
				certificate,
				dave: dave === true ? 'required' : dave === false ? 'off' : dave,
				network: () => network.policy,
				admit: (credentials) => voiceStates.admit(credentials),
				listens: (userId) => world.listens(userId),
			}),
		);
		voiceStates.use(regions);
		const gateway = started.use(
			await GatewayServer.start({ ...gatewaySettings, world, dispatcher, voiceStates, events }),
		);
		const rest = await RestServer.start({
			world,
			dispatcher,
			events,
			commands,
			interactions,
			board,
			voiceStates,
			gatewayUrl: () => gateway.url,
		});
		started.move();
		return new SimulatedDiscord(
			{ world, events, board, commands, interactions, dispatcher, voiceStates, certificate, regions, gateway, rest },
			network,
		);
	}

	/** For `DISCORD_API_BASE` or discord.js's `rest.api`. */
	get apiBase(): string {
		return this.#parts.rest.apiBase;
	}

	/** PEM of the authority that the voice gateway's certificate hangs on. */
	get caCertificate(): string {
		return this.#parts.certificate.pem;
	}

	/** Writes the authority to a file for a child process. @returns the path, for NODE_EXTRA_CA_CERTS */
	writeCaCertificate(): Promise<string> {
		return this.#parts.certificate.writeFile();
	}

	/** Makes this process trust the voice gateway, until the simulation is disposed of. */
	trust(): void {
		this.#parts.certificate.trust();
	}

	/** @param nameOrId throws RangeError when there is none */
	guild(nameOrId: string): Guild {
		return this.#parts.world.guild(nameOrId);
	}

	/** @param nameOrId throws RangeError when there is none */
	channel(nameOrId: string, guild?: string): Channel {
		return this.#parts.world.channel(nameOrId, guild);
	}

	/** Adds a person (or another bot) to a server. */
	createMember(options: MemberOptions): SimulatedMember {
		const parsed = memberOptions.parse(options);
		const { world, dispatcher, voiceStates, commands, interactions, board, regions } = this.#parts;
		const { guild, member } = world.addMember(parsed);
		const simulated = new SimulatedMember(guild, member, {
			world,
			dispatcher,
			voiceStates,
			commands,
			interactions,
			board,
			regions,
			clock: this.#clock,
			links: this.#links,
			trust: () => this.trust(),
			instance: this.#instance,
		});
		this.#members.push(simulated);
		return simulated;
	}

	/** Messages of a channel, oldest first, ephemeral ones included. @param channel name or id */
	messages(channel: string, guild?: string): Message[] {
		return this.#parts.board.list(this.channel(channel, guild).id);
	}

	/** What the voice server did with a user's packets. */
	packets(userId: string): PacketCounts {
		return this.#parts.regions.counts(userId);
	}

	/** Changes what the network does to packets from now on. */
	set network(policy: NetworkPolicy) {
		this.#network.policy = policy;
	}

	/** Closes a user's voice gateway connection with a close code, such as 4006 or 4014. */
	closeVoice(guild: string, userId: string, code: number): void {
		this.#parts.regions.disconnect(this.guild(guild).id, userId, code);
	}

	/** Closes a bot's main gateway connections with a close code. */
	closeGateway(botId: string, code: number): void {
		this.#parts.gateway.closeSessions(botId, code);
	}

	/** Moves a server's calls to another voice server (region), as Discord does at will. */
	async changeRegion(guild: string): Promise<void> {
		const { regions, voiceStates } = this.#parts;
		const moving = this.guild(guild);
		const userIds = [...moving.voiceStates.keys()];
		await regions.change(moving.id, userIds);
		for (const userId of userIds) voiceStates.sendServer(moving, userId);
	}

	/** See {@link EventLog.waitFor}. */
	get waitFor(): EventLog['waitFor'] {
		return this.events.waitFor.bind(this.events);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#isDisposed) return;
		this.#isDisposed = true;
		const { certificate, events, gateway, interactions, regions, rest } = this.#parts;
		for (const member of this.#members) member.leave();
		interactions.close();
		await Promise.all([rest, gateway, regions].map((server) => server[Symbol.asyncDispose]()));
		await certificate[Symbol.asyncDispose]();
		events.close();
	}

	#observeVoice(): void {
		const { events, regions } = this.#parts;
		regions.on('ready', ({ identity, transport }, daveVersion) => {
			const { guildId, channelId, userId } = identity;
			events.emit({ type: 'voice-ready', guildId, channelId, userId, mode: transport?.mode ?? '', daveVersion });
		});
		regions.on('speaking', ({ identity: { channelId, userId } }, flags) => {
			events.emit({ type: 'speaking', channelId, userId, isSpeaking: flags !== 0 });
		});
		regions.on('transition', (transition) => events.emit({ type: 'dave-transition', ...transition }));
	}
}
