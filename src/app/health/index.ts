export { Readiness } from './readiness.ts';
export { type HealthServer, openHealthServer } from './server.ts';
