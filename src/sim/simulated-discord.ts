import { randomBytes } from 'node:crypto';
import { assemble, type Parts } from './assemble.ts';
import type { EventLog } from './events.ts';
import type { Faults } from './faults/index.ts';
import { PacketClock, SimulatedMember, type VoiceLink } from './members/index.ts';
import { type Channel, type Guild, type MemberOptions, type Message, memberOptions, type Role } from './model/index.ts';
import type { NetworkPolicy } from './network/index.ts';
import type { SimulatedDiscordOptions } from './simulated-discord-options.ts';
import type { DatagramCounts, PacketCounts } from './voice/index.ts';

/** A bot account of the simulation. */
export interface SimulatedBot {
	readonly id: string;
	readonly name: string;
	readonly token: string;
	/** Servers that it is in. */
	readonly guildIds: readonly string[];
}

/** What a user may and may not do in a channel, over what the server says. */
export interface Permit {
	readonly allow?: bigint;
	readonly deny?: bigint;
}

/**
 * A Discord on loopback: REST, gateway, voice gateway and UDP with real encryption, for bots that
 * use a real client library. Nothing leaves the machine.
 */
export class SimulatedDiscord implements AsyncDisposable {
	/** What the bot (and everyone else) did. */
	readonly events: EventLog;
	/** Everything that can be made to go wrong. */
	readonly faults: Faults;
	readonly #parts: Parts;
	readonly #clock = new PacketClock();
	readonly #links = new Set<VoiceLink>();
	readonly #instance = randomBytes(6).toString('hex');
	readonly #members: SimulatedMember[] = [];
	#isDisposed = false;

	private constructor(parts: Parts) {
		this.#parts = parts;
		this.events = parts.events;
		this.faults = parts.faults;
		this.#observeVoice();
	}

	/** @throws ZodError when the options are not valid */
	static async start(options: SimulatedDiscordOptions): Promise<SimulatedDiscord> {
		return new SimulatedDiscord(await assemble(options));
	}

	/** For `DISCORD_API_BASE` or discord.js's `rest.api`. */
	get apiBase(): string {
		return this.#parts.rest.apiBase;
	}

	/** For clients that do not ask REST for it, such as discord.py. */
	get gatewayUrl(): string {
		return this.#parts.gateway.url;
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

	/** @param nameOrId throws RangeError when there is none */
	role(nameOrId: string, guild?: string): Role {
		const { world } = this.#parts;
		for (const each of guild === undefined ? world.guilds.values() : [world.guild(guild)]) {
			const role = [...each.roles.values()].find(({ id, name }) => [id, name].includes(nameOrId));
			if (role) return role;
		}
		throw new RangeError(`There is no role "${nameOrId}"`);
	}

	/** Adds a person (or another bot) to a server. */
	createMember(options: MemberOptions): SimulatedMember {
		const parsed = memberOptions.parse(options);
		const { world, dispatcher, voiceStates, commands, interactions, board, regions } = this.#parts;
		const { guild, member } = world.addMember(parsed);
		const simulated = new SimulatedMember(guild, member, {
			world,
			dispatcher,
			events: this.events,
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

	/**
	 * A moderator deletes a message.
	 *
	 * @param channel name or id
	 * @throws RangeError when there is no such message
	 */
	deleteMessage(channel: string, messageId: string, guild?: string): void {
		const { board } = this.#parts;
		const message = board.get(this.channel(channel, guild).id, messageId);
		if (message === undefined) throw new RangeError(`There is no message ${messageId} in ${channel}`);
		board.delete(message);
	}

	/** A moderator deletes a text channel. @param channel name or id @throws RangeError for another kind of channel */
	deleteChannel(channel: string, guild?: string): void {
		const found = this.channel(channel, guild);
		if (found.kind !== 'text') throw new RangeError(`${channel} is no text channel`);
		this.#parts.channels.delete(this.guild(found.guildId), found);
	}

	/** What the voice server did with a user's packets. */
	packets(userId: string): PacketCounts {
		return this.#parts.regions.counts(userId);
	}

	/** Every datagram that reached a voice server, by what it was. */
	get datagrams(): DatagramCounts {
		return this.#parts.regions.datagrams;
	}

	/** The bot accounts, in the order of the options. */
	get bots(): readonly SimulatedBot[] {
		return [...this.#parts.world.bots].map(({ token, user, guildIds }) => ({
			id: user.id,
			name: user.displayName,
			token,
			guildIds: [...guildIds],
		}));
	}

	/** Makes a bot a member of a server. @param bot id, name or token */
	inviteBot(bot: string, guild: string): void {
		this.#parts.roster.invite(this.#parts.world.botBy(bot), this.guild(guild));
	}

	/** Throws a bot out of a server. @param bot id, name or token */
	removeBot(bot: string, guild: string): void {
		this.#parts.roster.remove(this.#parts.world.botBy(bot), this.guild(guild));
	}

	/** Sets the channel's permission overwrite for a user (id) or `@everyone`. */
	permit(channel: string, who: string, { allow = 0n, deny = 0n }: Permit, guild?: string): void {
		const place = this.channel(channel, guild);
		const isEveryone = who === '@everyone';
		const overwrite = { kind: isEveryone ? 'role' : 'member', allow, deny } as const;
		this.#parts.channels.permit(place, isEveryone ? place.guildId : who, overwrite);
	}

	/** Lets so many users into a voice channel; 0 for any number. */
	limitUsers(channel: string, userLimit: number, guild?: string): void {
		this.#parts.channels.limitUsers(this.channel(channel, guild), userLimit);
	}

	/**
	 * A moderator moves a user to another voice channel, or out of voice (null).
	 *
	 * @param guild name or id; by default the server of the channel, or the one where the user is in voice
	 * @throws RangeError when the user is in no voice channel there
	 */
	moveVoice(userId: string, channel: string | null, guild?: string): void {
		const { voiceStates, world } = this.#parts;
		const place = channel === null ? undefined : this.channel(channel, guild);
		const named = guild ?? place?.guildId;
		const candidates = named === undefined ? [...world.guilds.values()] : [this.guild(named)];
		const found = candidates.find((each) => each.voiceStates.has(userId));
		if (found === undefined) throw new RangeError(`${userId} is in no voice channel`);
		if (place === undefined) voiceStates.leave(found, userId);
		else voiceStates.move(found, userId, place.id);
	}

	/** A moderator mutes or deafens a user in the whole server; what is not named stays. @param guild the first by default */
	moderate(userId: string, { mute, deaf }: { readonly mute?: boolean; readonly deaf?: boolean }, guild?: string): void {
		const { voiceStates, world } = this.#parts;
		const [first] = world.guilds.keys();
		voiceStates.moderate(this.guild(guild ?? first ?? ''), userId, { mute, deaf });
	}

	/** What the network does to packets from now on; the same as `faults.packets.policy`. */
	set network(policy: NetworkPolicy) {
		this.faults.packets.policy = policy;
	}

	/** Closes a user's voice gateway connection with a close code, if there is one: see `faults.voice.close`. */
	closeVoice(guild: string, userId: string, code: number): void {
		this.#parts.regions.disconnect(this.guild(guild).id, userId, code);
	}

	/** See `faults.gateway.close`. */
	closeGateway(botId: string, code: number): void {
		this.faults.gateway.close(botId, code);
	}

	/** See `faults.voice.changeRegion`. */
	changeRegion(guild: string): Promise<void> {
		return this.faults.voice.changeRegion(guild);
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
