/** Name of the BullMQ queue; its keys are `{prefix}:inference:…`. */
export const QUEUE_NAME = 'inference';

/** Every key of the engine in Redis beside those of BullMQ itself. */
export const audioKey = (prefix: string, jobId: string): string => `${prefix}:audio:${jobId}`;
export const resultsKey = (prefix: string, producer: string): string => `${prefix}:results:${producer}`;
