import { GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10';
import type { EventLog } from '../events.ts';
import { apiChannel, type Channel, type Guild, type Overwrite } from '../model/index.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Changes to channels, and the news of them. */
export class Channels {
	readonly #dispatcher: Dispatcher;
	readonly #events: EventLog;

	constructor(dispatcher: Dispatcher, events: EventLog) {
		this.#dispatcher = dispatcher;
		this.#events = events;
	}

	/** @param id of a role or a user; without an overwrite what was there is taken away */
	permit(channel: Channel, id: string, overwrite: Overwrite | undefined): void {
		if (overwrite === undefined) channel.overwrites.delete(id);
		else channel.overwrites.set(id, overwrite);
		this.#announce(channel);
	}

	/** @param userLimit 0 for none */
	limitUsers(channel: Channel, userLimit: number): void {
		channel.userLimit = userLimit;
		this.#announce(channel);
	}

	/** @param slowModeS seconds between two messages of a member; 0 for none */
	slowDown(channel: Channel, slowModeS: number): void {
		channel.slowModeS = slowModeS;
		this.#announce(channel);
	}

	setStatus(channel: Channel, status: string | null): void {
		channel.voiceStatus = status;
		this.#announce(channel);
		const { guildId, id: channelId } = channel;
		this.#events.emit({ type: 'voice-status-changed', guildId, channelId, status });
	}

	/** Its messages cannot be reached any more. */
	delete(guild: Guild, channel: Channel): void {
		guild.channels.delete(channel.id);
		this.#dispatcher.dispatch(GatewayDispatchEvents.ChannelDelete, apiChannel(channel), {
			guildId: guild.id,
			intents: GatewayIntentBits.Guilds,
		});
	}

	#announce(channel: Channel): void {
		this.#dispatcher.dispatch(GatewayDispatchEvents.ChannelUpdate, apiChannel(channel), {
			guildId: channel.guildId,
			intents: GatewayIntentBits.Guilds,
		});
	}
}
