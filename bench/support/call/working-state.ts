import { NetworkingStatusCode, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';

/** What a standing connection works with: socket, keys, SSRC. @throws Error when it does not stand */
export function workingState(connection: VoiceConnection | undefined) {
	if (connection?.state.status !== VoiceConnectionStatus.Ready) throw new Error('The voice connection is down.');
	const { state } = connection.state.networking;
	if (state.code !== NetworkingStatusCode.Ready) throw new Error('The voice connection is not ready.');
	return state;
}
