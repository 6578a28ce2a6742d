export { type BatchOptions, runBatch } from './batch/run.ts';
