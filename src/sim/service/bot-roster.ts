import { GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import { apiGuildCreate, type BotAccount, type Guild, type World } from '../model/index.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { VoiceStates } from './voice-states.ts';

/** Which bots are in which servers. */
export class BotRoster {
	readonly #world: World;
	readonly #dispatcher: Dispatcher;
	readonly #voiceStates: VoiceStates;

	constructor(world: World, dispatcher: Dispatcher, voiceStates: VoiceStates) {
		this.#world = world;
		this.#dispatcher = dispatcher;
		this.#voiceStates = voiceStates;
	}

	/** GUILD_CREATE for the bot, where it is not in the server yet. */
	invite(bot: BotAccount, guild: Guild): void {
		if (bot.guildIds.has(guild.id)) return;
		this.#world.invite(bot, guild);
		const intents = GatewayIntentBits.Guilds;
		const data = apiGuildCreate(guild, bot.user.id, false);
		this.#dispatcher.dispatch(GatewayDispatchEvents.GuildCreate, data, {
			guildId: guild.id,
			userId: bot.user.id,
			intents,
		});
	}

	/** Somebody throws the bot out: it is out of voice, and gets GUILD_DELETE. */
	remove(bot: BotAccount, guild: Guild): void {
		if (!bot.guildIds.has(guild.id)) return;
		this.#voiceStates.leave(guild, bot.user.id);
		const intents = GatewayIntentBits.Guilds;
		const audience = { guildId: guild.id, userId: bot.user.id, intents };
		this.#dispatcher.dispatch(GatewayDispatchEvents.GuildDelete, { id: guild.id }, audience);
		this.#world.remove(bot, guild);
	}
}
