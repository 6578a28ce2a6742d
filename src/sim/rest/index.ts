export type { RestContext } from './context.ts';
export { RestServer } from './server.ts';
