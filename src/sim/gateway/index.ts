export { GATEWAY_CLOSE, GatewayServer } from './server.ts';
