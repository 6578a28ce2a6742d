export type { Moderator } from './actions.ts';
export { type AlertBoard, isGone } from './board.ts';
export { alertComponents } from './components.ts';
export { type AlertDesk, alertDesk } from './desk.ts';
export { timestamp } from './message.ts';
export { ALERTING_DEFAULTS, type AlertingOptions } from './options.ts';
