import { once } from 'node:events';
import type { FrameStream, InterleavedFrame } from 'speech-emotion-sense';

export interface Listener {
	/** Resolves when the track is over. */
	hear(stream: FrameStream<InterleavedFrame>, speakerId: string): Promise<void>;
	withdraw(speakerId: string): void;
}

/**
 * What your pages set once somebody agreed: `room.localParticipant.setAttributes({ 'emotion.agreed': 'yes' })`. The
 * token has to allow it (`canUpdateOwnMetadata`).
 */
const AGREED = 'emotion.agreed';

/** Hears those in the room who agreed, until it is closed or the process is asked to end. */
export async function joinRoom(url: string, token: string, { hear, withdraw }: Listener): Promise<void> {
	// @ts-expect-error Whoever runs this has installed it; the package does not depend on it.
	const { AudioStream, Room, RoomEvent, TrackKind } = await import('@livekit/rtc-node');
	const room = new Room();
	const heard = new Set<string>();
	const look = (): void => {
		for (const participant of room.remoteParticipants.values()) {
			const { identity, attributes, trackPublications } = participant;
			if (attributes[AGREED] !== 'yes') {
				if (heard.has(identity)) withdraw(identity);
				continue;
			}
			for (const { sid, track } of trackPublications.values()) {
				if (!sid || !track || track.kind !== TrackKind.KIND_AUDIO || heard.has(sid)) continue;
				heard.add(sid).add(identity);
				hear(new AudioStream(track), identity).catch((error: unknown) => console.error(error));
			}
		}
	};
	for (const event of [RoomEvent.TrackSubscribed, RoomEvent.ParticipantAttributesChanged]) room.on(event, look);
	await room.connect(url, token, { autoSubscribe: true, dynacast: false });
	look();
	await Promise.race([once(process, 'SIGINT'), new Promise((closed) => room.once(RoomEvent.Disconnected, closed))]);
	await room.disconnect();
}
