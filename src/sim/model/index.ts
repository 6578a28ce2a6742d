export * from './options.ts';
export * from './serialize.ts';
export type * from './types.ts';
export { World } from './world.ts';
