import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
	AudioPlayerStatus,
	createAudioPlayer,
	createAudioResource,
	getVoiceConnection,
	NoSubscriberBehavior,
	StreamType,
	type VoiceConnection,
	VoiceConnectionStatus,
} from '@discordjs/voice';
import { chimePackets } from './chime.ts';

/** The call's encryption stands within a second; with nobody else in the channel it never does. */
const KEYS_DEADLINE_MS = 5000;
const KEYS_POLL_MS = 50;
/** Longer than the cue by far. */
const PLAY_DEADLINE_MS = 10_000;

/** Whether what we send can be decrypted by the others: without DAVE's group key they would hear noise. */
function canBeHeard({ state }: VoiceConnection): boolean {
	if (state.status !== VoiceConnectionStatus.Ready) return false;
	const networking = state.networking.state;
	const dave = 'dave' in networking ? networking.dave : undefined;
	return dave === undefined || dave.protocolVersion === 0 || dave.session?.ready === true;
}

/** Encodes the cue ahead: it takes tens of milliseconds in which nobody is heard, once. */
export const prepareCue = (): void => void chimePackets().catch(() => {});

/**
 * Plays the cue once on an account's voice connection in a community: the only time that the bot makes
 * a sound. Where nobody could decrypt it, as in an empty channel, it stays silent.
 *
 * @throws when it cannot be played, or `signal` aborts
 */
export async function playCue(guildId: string, accountId: string, signal: AbortSignal): Promise<void> {
	const connection = getVoiceConnection(guildId, accountId);
	if (!connection) return;
	const deadline = performance.now() + KEYS_DEADLINE_MS;
	while (!canBeHeard(connection)) {
		if (performance.now() > deadline) return;
		await delay(KEYS_POLL_MS, undefined, { signal });
	}
	const stream = Readable.from(await chimePackets(), { objectMode: true });
	const player = createAudioPlayer({ behaviors: { noSubscriber: NoSubscriberBehavior.Stop } });
	const subscription = connection.subscribe(player);
	try {
		const ended = once(player, AudioPlayerStatus.Idle, {
			signal: AbortSignal.any([signal, AbortSignal.timeout(PLAY_DEADLINE_MS)]),
		});
		player.play(createAudioResource(stream, { inputType: StreamType.Opus }));
		await ended;
	} finally {
		subscription?.unsubscribe();
		player.stop(true);
	}
}
