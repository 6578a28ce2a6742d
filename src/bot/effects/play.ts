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

/** The call's encryption stands within a second; with nobody else in the channel it never does. */
const KEYS_DEADLINE_MS = 5000;
const KEYS_POLL_MS = 50;
const PACKET_MS = 20;
/** What playing may take beyond the length of what is played. */
const PLAY_GRACE_MS = 10_000;

/** Whether what we send can be decrypted by the others: without DAVE's group key they would hear noise. */
function canBeHeard({ state }: VoiceConnection): boolean {
	if (state.status !== VoiceConnectionStatus.Ready) return false;
	const networking = state.networking.state;
	const dave = 'dave' in networking ? networking.dave : undefined;
	return dave === undefined || dave.protocolVersion === 0 || dave.session?.ready === true;
}

/**
 * Plays Opus packets of 20 ms, 48 kHz, once on an account's voice connection in a community. Where nobody
 * could decrypt them, as in an empty channel, it stays silent.
 *
 * @returns whether they were played
 * @throws when they cannot be played, or `signal` aborts
 */
export async function playPackets(
	guildId: string,
	accountId: string,
	packets: readonly Uint8Array[],
	signal: AbortSignal,
): Promise<boolean> {
	const connection = getVoiceConnection(guildId, accountId);
	if (!connection) return false;
	const deadline = performance.now() + KEYS_DEADLINE_MS;
	while (!canBeHeard(connection)) {
		if (performance.now() > deadline) return false;
		await delay(KEYS_POLL_MS, undefined, { signal });
	}
	const stream = Readable.from(packets, { objectMode: true });
	const player = createAudioPlayer({ behaviors: { noSubscriber: NoSubscriberBehavior.Stop } });
	const subscription = connection.subscribe(player);
	try {
		const patience = AbortSignal.timeout(packets.length * PACKET_MS + PLAY_GRACE_MS);
		const ended = once(player, AudioPlayerStatus.Idle, { signal: AbortSignal.any([signal, patience]) });
		player.play(createAudioResource(stream, { inputType: StreamType.Opus }));
		await ended;
		return true;
	} finally {
		subscription?.unsubscribe();
		player.stop(true);
	}
}
