import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { MlsExternalSender } from '../dave/index.ts';
import type { VoiceClient } from './client.ts';
import { DaveCall, type DaveTransition } from './dave-call.ts';
import { UNDOCUMENTED } from './messages.ts';

export interface VoiceCallOptions {
	readonly channelId: string;
	/** Undefined: the call has no end-to-end encryption. */
	readonly sender: MlsExternalSender | undefined;
	/** How long a DAVE transition waits for its participants. */
	readonly transitionTimeoutMs: number;
	readonly onTransition: (transition: DaveTransition) => void;
	readonly onChange: () => void;
}

/** The clients that share a voice channel: who is there, who speaks, and their encryption. */
export class VoiceCall {
	readonly channelId: string;
	readonly dave: DaveCall | undefined;
	readonly #clients = new Map<string, VoiceClient>();
	readonly #onChange: () => void;

	constructor({ sender, ...options }: VoiceCallOptions) {
		this.channelId = options.channelId;
		this.#onChange = options.onChange;
		this.dave = sender && new DaveCall({ ...options, sender, clients: this.#clients });
	}

	get clients(): Iterable<VoiceClient> {
		return this.#clients.values();
	}

	get size(): number {
		return this.#clients.size;
	}

	/** @param describe sends the session description; the version of DAVE is settled by then */
	join(client: VoiceClient, describe: (daveVersion: number) => void): void {
		const others = [...this.#clients.values()];
		this.#clients.set(client.userId, client);
		this.dave?.admit(client);
		describe(this.dave?.version ?? 0);
		for (const other of others) other.send(VoiceOpcodes.ClientsConnect, { user_ids: [client.userId] });
		client.send(VoiceOpcodes.ClientsConnect, { user_ids: others.map(({ userId }) => userId) });
		for (const other of others) {
			if (other.announced) client.send(VoiceOpcodes.Speaking, speakingOf(other));
		}
		this.dave?.welcome(client);
		this.#onChange();
	}

	leave(client: VoiceClient): void {
		if (this.#clients.get(client.userId) !== client) return;
		this.#clients.delete(client.userId);
		for (const other of this.#clients.values()) {
			other.send(VoiceOpcodes.ClientDisconnect, { user_id: client.userId });
		}
		void this.dave?.leave(client.userId);
		this.#onChange();
	}

	speak(client: VoiceClient, flags: number): void {
		client.speaking = flags;
		client.announced = true;
		for (const other of this.#clients.values()) {
			if (other !== client) other.send(VoiceOpcodes.Speaking, speakingOf(client));
		}
	}

	/** Tells the others under which SSRC they hear the client from now on. */
	announce(client: VoiceClient): void {
		client.announcedSsrc = client.shape.ssrc;
		this.speak(client, client.speaking);
	}

	/** Op 12: announces the client's SSRCs once more; nobody's camera is on here. */
	showVideo(client: VoiceClient, ssrcs: { audio_ssrc: number; video_ssrc: number; rtx_ssrc: number }): void {
		const { audio_ssrc, video_ssrc, rtx_ssrc } = ssrcs;
		for (const other of this.#clients.values()) {
			if (other === client) continue;
			other.send(UNDOCUMENTED.video, { user_id: client.userId, audio_ssrc, video_ssrc, rtx_ssrc, streams: [] });
		}
	}

	close(): void {
		this.dave?.close();
	}
}

const speakingOf = ({ userId, announcedSsrc, speaking }: VoiceClient) => ({
	user_id: userId,
	ssrc: announcedSsrc,
	speaking,
});
