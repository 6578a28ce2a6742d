export type { AlertBoard } from './board.ts';
export { alertComponents } from './components.ts';
export { type AlertDesk, alertDesk } from './desk.ts';
export { ALERTING_DEFAULTS, type AlertingOptions } from './options.ts';
