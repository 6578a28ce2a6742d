import { env } from 'onnxruntime-node';
import { reasonOf } from '../../domain/index.ts';
import { OnnxClassifier } from '../model/onnx-classifier.ts';
import { SelfTestFailure } from '../model/self-test.ts';
import { type Request, type Response, requestSchema, threadDataSchema } from './messages.ts';

/** The engine's end of the line, as seen from a thread or process of its own. */
export interface Engine {
	tell(message: Response): void;
	onRequest(listener: (message: unknown) => void): void;
	/** Resident memory of this process, when it holds nothing but the model. */
	rssBytes(): number | undefined;
	/** Nothing more is to come from here. */
	leave(): void;
}

function unpack({ pcm, lengths }: Extract<Request, { type: 'classify' }>): Int16Array[] {
	let end = 0;
	return lengths.map((length) => {
		end += length;
		return pcm.subarray(end - length, end);
	});
}

async function serve(classifier: OnnxClassifier, request: Request, engine: Engine): Promise<void> {
	switch (request.type) {
		case 'classify': {
			try {
				const classifications = await classifier.classify(unpack(request));
				const rssBytes = engine.rssBytes();
				engine.tell({
					type: 'classified',
					id: request.id,
					classifications,
					...(rssBytes !== undefined && { rssBytes }),
				});
			} catch (error) {
				engine.tell({ type: 'failed', id: request.id, reason: reasonOf(error) });
			}
			return;
		}
		case 'stop':
			await classifier[Symbol.asyncDispose]();
			engine.leave();
	}
}

async function open(data: unknown, engine: Engine): Promise<OnnxClassifier | undefined> {
	const { model, ...options } = threadDataSchema.parse(data);
	try {
		return await OnnxClassifier.open(model, options);
	} catch (error) {
		if (error instanceof SelfTestFailure) engine.tell({ type: 'self-test-failed', difference: error.difference });
		else engine.tell({ type: 'unusable', reason: reasonOf(error) });
		return undefined;
	}
}

/** One model, one session, one request after the other, until it is told to stop. */
export async function serveRequests(data: unknown, engine: Engine): Promise<void> {
	const classifier = await open(data, engine);
	if (!classifier) {
		engine.leave();
		return;
	}
	engine.onRequest((message) => void serve(classifier, requestSchema.parse(message), engine));
	engine.tell({
		type: 'ready',
		runtime: env.versions.node ?? env.versions.common,
		selfTestDifference: classifier.selfTestDifference,
	});
}
