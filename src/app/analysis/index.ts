export { type AnalyzeFilesOptions, analyzeFiles } from './analyze-files.ts';
export { type EvaluateManifestOptions, evaluateManifest } from './evaluate-manifest.ts';
export { interruptible } from './interruptible.ts';
export type { JsonRow } from './json-row.ts';
export { createOfflineInference } from './offline-inference.ts';
