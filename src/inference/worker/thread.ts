import { parentPort, workerData } from 'node:worker_threads';
import { env } from 'onnxruntime-node';
import { reasonOf } from '../../domain/index.ts';
import { OnnxClassifier } from '../model/onnx-classifier.ts';
import { SelfTestFailure } from '../model/self-test.ts';
import { type Request, type Response, requestSchema, threadDataSchema } from './messages.ts';

/** Entry of an inference thread: one model, one session, one request after the other. */

if (!parentPort) throw new Error('This file runs in a worker thread only.');
const port = parentPort;
const tell = (message: Response): void => port.postMessage(message);

function unpack({ pcm, lengths }: Extract<Request, { type: 'classify' }>): Int16Array[] {
	let end = 0;
	return lengths.map((length) => {
		end += length;
		return pcm.subarray(end - length, end);
	});
}

async function serve(classifier: OnnxClassifier, request: Request): Promise<void> {
	switch (request.type) {
		case 'classify': {
			try {
				const classifications = await classifier.classify(unpack(request));
				tell({ type: 'classified', id: request.id, classifications });
			} catch (error) {
				tell({ type: 'failed', id: request.id, reason: reasonOf(error) });
			}
			return;
		}
		case 'stop':
			await classifier[Symbol.asyncDispose]();
			port.close();
	}
}

async function open(): Promise<OnnxClassifier | undefined> {
	const { model, provider, maxRows } = threadDataSchema.parse(workerData);
	try {
		return await OnnxClassifier.open(model, { provider, maxRows });
	} catch (error) {
		if (error instanceof SelfTestFailure) tell({ type: 'self-test-failed', difference: error.difference });
		else tell({ type: 'unusable', reason: reasonOf(error) });
		return undefined;
	}
}

const classifier = await open();
if (classifier) {
	port.on('message', (message) => serve(classifier, requestSchema.parse(message)));
	tell({
		type: 'ready',
		runtime: env.versions.node ?? env.versions.common,
		selfTestDifference: classifier.selfTestDifference,
	});
}
