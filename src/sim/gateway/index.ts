export { GATEWAY_CLOSE } from './close-codes.ts';
export { GatewayServer } from './server.ts';
export { SessionStarts, sessionStartOptions } from './session-starts.ts';
