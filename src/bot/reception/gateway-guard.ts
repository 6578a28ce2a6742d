import { EventEmitter } from 'node:events';
import type { VoiceConnection } from '@discordjs/voice';
import { onNewServer } from './new-server.ts';

/**
 * Keeps what a voice server says from ending the process.
 *
 * @discordjs/voice works on each message inside the socket's event, and throws there at whatever it
 * does not expect: a truncated proposal, a member whom it does not know, a payload that is missing.
 * Here that costs the message. After a binary one, which belongs to DAVE, the group may be out of step,
 * and the server is asked to start over (op 31), as the protocol has it for an invalid commit.
 *
 * @param onNonsense told of what could not be handled
 */
export function guardGateway(connection: VoiceConnection, onNonsense: (error: unknown) => void): void {
	const guarded = new WeakSet<object>();

	const guardSocket = (socket: unknown, recover: () => void): void => {
		if (!(socket instanceof EventEmitter) || guarded.has(socket)) return;
		guarded.add(socket);
		const emit = socket.emit.bind(socket);
		socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
			if (event !== 'packet' && event !== 'binary') return emit(event, ...values);
			try {
				return emit(event, ...values);
			} catch (error) {
				onNonsense(error);
				if (event === 'binary') recover();
				return true;
			}
		};
	};

	onNewServer(connection, (networking) => {
		const recover = (): void => {
			const { state } = networking;
			const dave = 'dave' in state ? state.dave : undefined;
			try {
				dave?.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);
			} catch (error) {
				onNonsense(error);
			}
		};
		guardSocket((networking.state as { ws?: unknown }).ws, recover);
		// A resume brings a new socket.
		networking.on('stateChange', (_, state) => guardSocket((state as { ws?: unknown }).ws, recover));
	});
}
