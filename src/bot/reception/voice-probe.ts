import { joinVoiceChannel, VoiceConnectionStatus } from '@discordjs/voice';
import type { VoiceBasedChannel } from 'discord.js';
import { guardGateway } from './gateway-guard.ts';
import { closeWithoutRejoining } from './rejoining.ts';
import { waitForState } from './wait-for-state.ts';

/**
 * Opens a voice connection and closes it again. Deafened, so that Discord sends it nobody's voice: whoever is in
 * the channel has been told nothing.
 *
 * @throws when there is no connection within `deadlineMs`, or `signal` aborts
 */
export async function probeVoice(channel: VoiceBasedChannel, deadlineMs: number, signal: AbortSignal): Promise<void> {
	const connection = joinVoiceChannel({
		guildId: channel.guild.id,
		channelId: channel.id,
		adapterCreator: channel.guild.voiceAdapterCreator,
		selfDeaf: true,
		selfMute: true,
		group: channel.client.user.id,
	});
	let reason = `no voice connection within ${Math.round(deadlineMs / 1000)} s`;
	guardGateway(connection, () => {});
	closeWithoutRejoining(connection);
	// Without a listener, an error of the voice socket would end the process.
	connection.on('error', (error) => {
		reason = error.message;
	});
	try {
		const isUp = await waitForState(connection, ({ status }) => status === VoiceConnectionStatus.Ready, deadlineMs, [
			signal,
		]);
		signal.throwIfAborted();
		if (!isUp) throw new Error(reason);
	} finally {
		if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
	}
}
