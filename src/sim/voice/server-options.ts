import type { Certificate } from '../certificate.ts';
import type { MessageRules } from '../message-rules.ts';
import type { NetworkPolicy } from '../network/index.ts';
import type { TransportMode } from './aead.ts';
import type { VoiceClient, VoiceIdentity } from './client.ts';
import type { DaveTransition } from './dave-call.ts';
import type { VoiceIdentify } from './messages.ts';
import type { Stalls } from './stall.ts';

/** How the server treats end-to-end encryption: as Discord does since March 2026, as before, or not at all. */
type DaveRequirement = 'required' | 'optional' | 'off';

export interface VoiceServerOptions {
	readonly certificate: Certificate;
	/** Offered in this order; clients take the first that they know. */
	readonly modes: readonly TransportMode[];
	readonly dave: DaveRequirement;
	readonly heartbeatIntervalMs: number;
	/** How long a client whose WebSocket broke off may take to resume. */
	readonly resumeWindowMs: number;
	/** How long a DAVE transition waits for its participants. */
	readonly transitionTimeoutMs: number;
	/** What may happen to the server's messages, by opcode. */
	readonly rules: MessageRules<number>;
	readonly stalls: Stalls;
	readonly network: () => NetworkPolicy;
	/** The channel that these credentials open, or undefined when they are not (or no longer) good. */
	readonly admit: (credentials: VoiceIdentify) => string | undefined;
	/** Whether the user's packets are passed on: a moderator may have muted them. */
	readonly mayBeHeard: (user: Pick<VoiceIdentity, 'guildId' | 'userId'>) => boolean;
	/** Whether packets are sent to this user at all. */
	readonly listens: (userId: string) => boolean;
}

export interface VoiceServerEvents {
	/** The client has its session description: packets can flow. */
	ready: [client: VoiceClient, daveVersion: number];
	left: [client: VoiceClient];
	speaking: [client: VoiceClient, flags: number];
	transition: [transition: DaveTransition];
	/** Who is in a call, or how far its encryption is, has changed. */
	change: [];
}

/** Stands for IP discovery, which has no opcode, among the rules. */
export const UDP_DISCOVERY = -1;
