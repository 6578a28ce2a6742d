import type { VoiceConnection, VoiceConnectionState } from '@discordjs/voice';

const networkingOf = (state: VoiceConnectionState) => ('networking' in state ? state.networking : undefined);

/** What a connection does its networking with, one for each voice server that it was given. */
export type Networking = NonNullable<ReturnType<typeof networkingOf>>;

/** Tells of each voice server that the connection is given; a resume on the same one is none. */
export function onNewServer(connection: VoiceConnection, listener: (networking: Networking) => void): void {
	connection.on('stateChange', (before, after) => {
		const networking = networkingOf(after);
		if (networking && networking !== networkingOf(before)) listener(networking);
	});
}
