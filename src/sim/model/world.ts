import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { z } from 'zod';
import { SnowflakeSequence } from '../snowflake.ts';
import { channelPermissions } from './channel-permissions.ts';
import { type botOptions, EVERYONE_PERMISSIONS, type guildOptions, type memberOptions } from './options.ts';
import type { BotAccount, Channel, Guild, GuildMember, Overwrite, Role, User } from './types.ts';

const ALL_PERMISSIONS = Object.values(PermissionFlagsBits).reduce((all, flag) => all | flag, 0n);

/** Who and what exists: servers, channels, people, bot accounts. It knows no protocol. */
export class World {
	readonly ids = new SnowflakeSequence();
	readonly guilds = new Map<string, Guild>();
	readonly users = new Map<string, User>();
	readonly #bots = new Map<string, BotAccount>();
	/** `guild/user` → permissions of @everyone that this member lacks. */
	readonly #denied = new Map<string, bigint>();
	readonly #deaf = new Set<string>();

	addGuild(options: z.output<typeof guildOptions>): Guild {
		const id = options.id ?? this.ids.next();
		const owner = this.#addUser({
			name: `owner-of-${options.name.toLowerCase()}`,
			isBot: false,
			locale: options.locale,
		});
		const guild: Guild = {
			id,
			name: options.name,
			ownerId: owner.id,
			locale: options.locale,
			everyone: { id, name: '@everyone', permissions: EVERYONE_PERMISSIONS, mentionable: false },
			roles: new Map(),
			channels: new Map(),
			members: new Map(),
			voiceStates: new Map(),
		};
		for (const { id: roleId = this.ids.next(), ...role } of options.roles)
			guild.roles.set(roleId, { id: roleId, ...role });
		this.#join(guild, owner, 0n);
		for (const [position, channel] of options.channels.entries()) {
			const { name, kind, userLimit, id: channelId = this.ids.next() } = channel;
			const overwrites = new Map<string, Overwrite>(
				channel.overwrites.map(({ id: whom, allow, deny }) => {
					const kind = whom === '@everyone' || guild.roles.has(whom) ? 'role' : 'member';
					return [whom === '@everyone' ? id : whom, { kind, allow, deny }];
				}),
			);
			guild.channels.set(channelId, {
				id: channelId,
				guildId: id,
				name,
				kind,
				position,
				userLimit,
				overwrites,
				slowModeS: 0,
				voiceStatus: null,
			});
		}
		this.guilds.set(id, guild);
		return guild;
	}

	addBot(options: z.output<typeof botOptions>): BotAccount {
		if (this.#bots.has(options.token)) throw new RangeError('Two bots have the same token');
		const user = this.#addUser({ ...options, isBot: true, locale: 'en-US' });
		const { token, privilegedIntents, permissions, denied } = options;
		const bot: BotAccount = { token, user, guildIds: new Set(), permissions, denied, privilegedIntents };
		this.#bots.set(token, bot);
		for (const guild of options.guilds?.map((name) => this.guild(name)) ?? this.guilds.values()) {
			this.invite(bot, guild);
		}
		return bot;
	}

	/** Makes the bot a member of the server, with the permissions of its account. */
	invite(bot: BotAccount, guild: Guild): void {
		this.#join(guild, bot.user, bot.permissions);
		if (bot.denied !== 0n) this.#denied.set(`${guild.id}/${bot.user.id}`, bot.denied);
		bot.guildIds.add(guild.id);
	}

	remove(bot: BotAccount, guild: Guild): void {
		guild.members.delete(bot.user.id);
		bot.guildIds.delete(guild.id);
	}

	addMember(options: z.output<typeof memberOptions>): { guild: Guild; member: GuildMember } {
		const guild = options.guild === undefined ? this.#firstGuild() : this.guild(options.guild);
		const user = this.#addUser({ ...options, isBot: options.bot });
		if (!options.listens) this.#deaf.add(user.id);
		const roles = options.roles.map((nameOrId) => this.role(guild, nameOrId));
		return { guild, member: this.#join(guild, user, options.permissions, roles) };
	}

	/** Whether the user is sent others' voices at all. */
	listens(userId: string): boolean {
		return !this.#deaf.has(userId);
	}

	/** Who owns the first server, and the applications of all bots. */
	get host(): User {
		return this.users.get(this.#firstGuild().ownerId) as User;
	}

	bot(token: string): BotAccount | undefined {
		return this.#bots.get(token);
	}

	/** @throws RangeError when there is no bot with this id, name or token */
	botBy(idNameOrToken: string): BotAccount {
		for (const bot of this.#bots.values()) {
			const { id, displayName } = bot.user;
			if ([id, displayName, bot.token].includes(idNameOrToken)) return bot;
		}
		throw new RangeError(`There is no bot "${idNameOrToken}"`);
	}

	get bots(): Iterable<BotAccount> {
		return this.#bots.values();
	}

	/** @throws RangeError when no server has this name or id */
	guild(nameOrId: string): Guild {
		const guild = this.guilds.get(nameOrId) ?? [...this.guilds.values()].find(({ name }) => name === nameOrId);
		if (guild === undefined) throw new RangeError(`There is no server "${nameOrId}"`);
		return guild;
	}

	/** @throws RangeError when the server has no role of this name or id */
	role(guild: Guild, nameOrId: string): Role {
		const role = guild.roles.get(nameOrId) ?? [...guild.roles.values()].find(({ name }) => name === nameOrId);
		if (role === undefined) throw new RangeError(`There is no role "${nameOrId}"`);
		return role;
	}

	findChannel(id: string): Channel | undefined {
		for (const guild of this.guilds.values()) {
			const channel = guild.channels.get(id);
			if (channel !== undefined) return channel;
		}
		return undefined;
	}

	/** @throws RangeError when no channel (of the server, where given) has this name or id */
	channel(nameOrId: string, guildNameOrId?: string): Channel {
		const guilds = guildNameOrId === undefined ? [...this.guilds.values()] : [this.guild(guildNameOrId)];
		for (const guild of guilds) {
			const channel =
				guild.channels.get(nameOrId) ?? [...guild.channels.values()].find(({ name }) => name === nameOrId);
			if (channel !== undefined) return channel;
		}
		throw new RangeError(`There is no channel "${nameOrId}"`);
	}

	permissionsOf(guild: Guild, userId: string): bigint {
		const member = guild.members.get(userId);
		if (member === undefined) return 0n;
		if (guild.ownerId === userId) return ALL_PERMISSIONS;
		const granted = member.roles.reduce((all, role) => all | role.permissions, guild.everyone.permissions);
		if ((granted & PermissionFlagsBits.Administrator) !== 0n) return ALL_PERMISSIONS;
		return granted & ~(this.#denied.get(`${guild.id}/${userId}`) ?? 0n);
	}

	/** In a channel, its overwrites included. */
	permissionsIn(channel: Channel, userId: string): bigint {
		const guild = this.guild(channel.guildId);
		const member = guild.members.get(userId);
		if (member === undefined) return 0n;
		const base = this.permissionsOf(guild, userId);
		if (base === ALL_PERMISSIONS) return ALL_PERMISSIONS;
		const denied = this.#denied.get(`${guild.id}/${userId}`) ?? 0n;
		return channelPermissions(base, channel, [guild.id, ...member.roles.map(({ id }) => id)], userId) & ~denied;
	}

	may(guild: Guild, userId: string, permissions: bigint): boolean {
		return (this.permissionsOf(guild, userId) & permissions) === permissions;
	}

	mayIn(channel: Channel, userId: string, permissions: bigint): boolean {
		return (this.permissionsIn(channel, userId) & permissions) === permissions;
	}

	#addUser(options: { id?: string | undefined; name: string; isBot: boolean; locale: string }): User {
		const { isBot, locale, id = this.ids.next() } = options;
		if (this.users.has(id)) throw new RangeError(`Two users have the id ${id}`);
		const user: User = {
			id,
			name: options.name.toLowerCase().replaceAll(/[^a-z0-9._]/g, '_'),
			displayName: options.name,
			isBot,
			locale,
		};
		this.users.set(id, user);
		return user;
	}

	#join(guild: Guild, user: User, permissions: bigint, named: readonly Role[] = []): GuildMember {
		const own = () => ({ id: this.ids.next(), name: user.displayName, permissions, mentionable: false });
		const roles = permissions === 0n ? named : [...named, own()];
		const member: GuildMember = {
			user,
			joinedAt: Date.now(),
			nick: null,
			roles,
			serverMute: false,
			serverDeaf: false,
		};
		guild.members.set(user.id, member);
		return member;
	}

	#firstGuild(): Guild {
		const [guild] = this.guilds.values();
		if (guild === undefined) throw new RangeError('There is no server yet');
		return guild;
	}
}
