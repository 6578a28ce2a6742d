export type { StoreCheck } from './check.ts';
export { IN_MEMORY, type StorageInput, type StorageOptions, storageOptions } from './options.ts';
export { type Rotation, rotateKey } from './rotation.ts';
export { openStore, type Store, type StoreHooks } from './store.ts';
