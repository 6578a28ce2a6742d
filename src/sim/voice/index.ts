export { TRANSPORT_MODES, type TransportMode } from './aead.ts';
export { VOICE_CLOSE } from './close-codes.ts';
export type { DaveTransition } from './dave-call.ts';
export { VoiceRegions } from './regions.ts';
export type { PacketCounts } from './relay.ts';
export type { DaveRequirement } from './server.ts';
