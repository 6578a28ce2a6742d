export { ApiError, parseBody, refusals } from './api-error.ts';
export { BotRoster } from './bot-roster.ts';
export { Channels } from './channels.ts';
export { type CommandValues, commandData, type Resolved, resolve } from './command-line.ts';
export {
	type CommandOption,
	CommandRegistry,
	commandBody,
	commandsBody,
	type StoredCommand,
} from './command-registry.ts';
export { findComponent, type InteractiveComponent } from './component-lookup.ts';
export { Dispatcher, type DispatchSink } from './dispatcher.ts';
export { InteractionDesk } from './interaction-desk.ts';
export { MessageBoard, type UploadedFile } from './message-board.ts';
export { messageBody } from './message-body.ts';
export type { InteractionReply, Modal, Suggestion } from './pending-reply.ts';
export { SimulationError } from './simulation-error.ts';
export { type VoiceStateRequest, VoiceStates } from './voice-states.ts';
