import { type VoiceConnection, type VoiceConnectionState, VoiceConnectionStatus } from '@discordjs/voice';

/**
 * Waits for a state. Unlike `entersState` it is not put off by an error on the way.
 *
 * @returns false when the deadline passes, a signal aborts, or the connection ends or (again) disconnects
 */
export function waitForState(
	connection: VoiceConnection,
	fits: (state: VoiceConnectionState) => boolean,
	deadlineMs: number,
	signals: readonly AbortSignal[],
): Promise<boolean> {
	if (fits(connection.state)) return Promise.resolve(true);
	return new Promise((resolve) => {
		const settle = (result: boolean): void => {
			clearTimeout(timer);
			connection.off('stateChange', onState);
			for (const signal of signals) signal.removeEventListener('abort', onAbort);
			resolve(result);
		};
		const onAbort = (): void => settle(false);
		const onState = (before: VoiceConnectionState, state: VoiceConnectionState): void => {
			if (fits(state)) settle(true);
			else if (state.status === VoiceConnectionStatus.Destroyed) settle(false);
			else if (state.status === VoiceConnectionStatus.Disconnected && before.status !== state.status) settle(false);
		};
		const timer = setTimeout(() => settle(false), deadlineMs);
		connection.on('stateChange', onState);
		for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
		if (signals.some(({ aborted }) => aborted)) settle(false);
	});
}
