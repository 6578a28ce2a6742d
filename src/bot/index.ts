export { type Bot, type BotServices, startBot } from './bot.ts';
export { COMMANDS, type Diagnosis } from './commands/index.ts';
export { ConsentGate } from './consent-gate.ts';
export type { AccountSource } from './fleet/account.ts';
export type { JoinError, JoinRefusal } from './fleet/join-error.ts';
export { translate } from './i18n/index.ts';
export type { BotInput, BotOptions } from './options.ts';
export { VoiceSession } from './reception/voice-session.ts';
export type { Place, SessionListener } from './stay.ts';
