import { z } from 'zod';
import { sessionStartOptions } from './gateway/index.ts';
import { botOptions, guildOptions } from './model/index.ts';
import { cleanNetwork, type NetworkPolicy } from './network/index.ts';
import { TRANSPORT_MODES } from './voice/index.ts';

const voiceOptions = z.strictObject({
	/** Transport encryption that the voice server offers, in its order of preference. */
	modes: z
		.array(z.enum(TRANSPORT_MODES))
		.min(1)
		.default([...TRANSPORT_MODES]),
	/** End-to-end encryption: true refuses clients without it (close code 4017), as Discord does; `optional` downgrades for them. */
	dave: z.union([z.boolean(), z.literal('optional')]).default(true),
	/** What the network does to packets on their way to each receiver; clean by default. */
	network: z.custom<NetworkPolicy>((value) => typeof value === 'function').default(() => cleanNetwork),
	heartbeatIntervalMs: z.int().min(50).default(13_750),
	resumeWindowMs: z.int().min(0).default(15_000),
	/** A DAVE transition waits so long for every participant to be ready (op 23), then goes ahead. */
	transitionTimeoutMs: z.int().min(1).default(5_000),
});

const gatewayOptions = z.strictObject({
	heartbeatIntervalMs: z.int().min(50).default(41_250),
	resumeWindowMs: z.int().min(0).default(60_000),
	/** GET /gateway/bot recommends a shard for each so many servers of a bot. */
	guildsPerShard: z.int().min(1).default(1_000),
	/** A shard with more servers is refused with close code 4011. */
	maxGuildsPerShard: z.int().min(1).default(2_500),
	sessionStarts: sessionStartOptions.prefault({}),
});

export const simulatedDiscordOptions = z.strictObject({
	guilds: z.array(guildOptions).min(1),
	bots: z.array(botOptions).min(1),
	voice: voiceOptions.prefault({}),
	gateway: gatewayOptions.prefault({}),
});

export type SimulatedDiscordOptions = z.input<typeof simulatedDiscordOptions>;
