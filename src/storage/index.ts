export { IN_MEMORY, type StorageInput, type StorageOptions, storageOptions } from './options.ts';
export { openStore, type Store, type StoreHooks } from './store.ts';
