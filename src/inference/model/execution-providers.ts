/**
 * Where the graph can be computed, by the names of ONNX Runtime. Only `cpu` needs nothing beside the package;
 * `webgpu` is bundled, too, but needs a graphics driver; the others need libraries of their vendors.
 */
export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'coreml', 'dml'] as const;

export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/**
 * What the runtime is asked for. What TensorRT cannot compute goes to CUDA, as its documentation advises
 * (onnxruntime.ai, "TensorRT Execution Provider"); what any of them cannot goes to the CPU by itself.
 */
export const runtimeProviders = (provider: ExecutionProvider): ExecutionProvider[] =>
	provider === 'tensorrt' ? ['tensorrt', 'cuda'] : [provider];
