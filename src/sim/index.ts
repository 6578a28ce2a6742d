/**
 * A Discord on loopback for testing voice bots: real REST, gateway, voice gateway (version 8), UDP,
 * transport encryption and DAVE. See docs/simulated-discord.md.
 *
 * @module speech-emotion-sense/sim
 */
import '../disposable.ts';

export {
	EventLog,
	type RegisteredCommand,
	type SimulatedDiscordEvent,
	type SimulatedDiscordEventType,
	type VoiceRefusal,
	type WaitOptions,
} from './events.ts';
export type {
	Faults,
	GatewayMessages,
	GatewayStep,
	InjectedPacket,
	Refusal,
	RouteFilter,
	SsrcChange,
	TransitionOptions,
	VoiceMessages,
	VoiceStep,
	VoiceTarget,
} from './faults/index.ts';
export { GATEWAY_CLOSE } from './gateway/index.ts';
export {
	type Deadline,
	type InteractOptions,
	type JoinOptions,
	readOggOpus,
	SILENCE_FRAME,
	type SimulatedMember,
	type Speech,
} from './members/index.ts';
export type {
	Attachment,
	BotOptions,
	Channel,
	ChannelKind,
	ChannelOptions,
	Guild,
	GuildMember,
	GuildOptions,
	MemberOptions,
	Mentions,
	Message,
	Overwrite,
	Role,
	User,
	VoiceState,
} from './model/index.ts';
export {
	cleanNetwork,
	type Delivery,
	type FaultOptions,
	faultyNetwork,
	type NetworkPolicy,
	type PacketInfo,
	type Prng,
	seededPrng,
} from './network/index.ts';
export type { RateLimit } from './rest/index.ts';
export type { Fault } from './rules.ts';
export {
	type CommandValues,
	type InteractionReply,
	type Modal,
	SimulationError,
	type Suggestion,
} from './service/index.ts';
export { type Permit, type SimulatedBot, SimulatedDiscord } from './simulated-discord.ts';
export type { SimulatedDiscordOptions } from './simulated-discord-options.ts';
export {
	type DatagramCounts,
	type HeaderExtension,
	type PacketCounts,
	type Stall,
	type StallOptions,
	TRANSPORT_MODES,
	type TransportMode,
	VOICE_CLOSE,
} from './voice/index.ts';
