export type { QueueBoard, QueueBoardOptions } from './bullmq/board.ts';
export type { ConnectionState } from './bullmq/connection.ts';
export { BullMqQueue, type BullMqQueueOptions } from './bullmq/queue.ts';
export { BullMqWorker, type BullMqWorkerOptions } from './bullmq/worker.ts';
export { type Check, checkInference } from './check.ts';
export {
	createInference,
	type Inference,
	type InferenceHooks,
	type InferenceStats,
	type ModelSummary,
	openClassifier,
} from './create.ts';
export { loadModel, type VerifiedModel } from './model/load.ts';
export type { ModelManifest } from './model/manifest.ts';
export { openQueueBoard } from './open-board.ts';
export { type InferenceOptions, inferenceOptions } from './options.ts';
export { EmbeddedQueue, type EmbeddedQueueOptions } from './queue/embedded.ts';
export type { ObservableQueue, QueueStats } from './queue/stats.ts';
export { type InferenceWorker, openInferenceWorker } from './serve.ts';
export { ClassifierPool } from './worker/pool.ts';
export { WorkerClassifier, type WorkerClassifierOptions } from './worker/worker-classifier.ts';
