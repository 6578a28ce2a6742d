export { GATEWAY_CLOSE } from './close-codes.ts';
export { GatewayServer } from './server.ts';
