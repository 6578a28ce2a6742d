export type { Deadline } from './deadline.ts';
export type { InteractOptions } from './interactor.ts';
export { type JoinOptions, SimulatedMember } from './member.ts';
export { readOggOpus } from './ogg-opus.ts';
export { PacketClock } from './packet-clock.ts';
export { SILENCE_FRAME, type Speech } from './transmitter.ts';
export type { VoiceLink } from './voice-link.ts';
