export { type Bot, type BotServices, startBot } from './bot.ts';
export { COMMANDS, type Diagnosis } from './commands/index.ts';
export { ConsentGate } from './consent-gate.ts';
export { translate } from './i18n/index.ts';
export { type BotInput, type BotOptions, botOptions } from './options.ts';
export { VoiceSession } from './reception/voice-session.ts';
export { Sessions } from './sessions.ts';
export type { Place, SessionListener } from './stay.ts';
