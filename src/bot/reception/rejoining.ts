import { type VoiceConnection, VoiceConnectionDisconnectReason, VoiceConnectionStatus } from '@discordjs/voice';

/**
 * Leaves rejoining to whoever supervises the connection. The library answers every close code but 4014 by
 * joining again, at once; with this all of them end in the same state, `Disconnected` with the code.
 */
export function closeWithoutRejoining(connection: VoiceConnection): void {
	const internals = connection as unknown as { onNetworkingClose(code: number): void };
	internals.onNetworkingClose = (closeCode) => {
		if (connection.state.status === VoiceConnectionStatus.Destroyed) return;
		connection.state = {
			...connection.state,
			status: VoiceConnectionStatus.Disconnected,
			reason: VoiceConnectionDisconnectReason.WebSocketClose,
			closeCode,
		};
	};
}
