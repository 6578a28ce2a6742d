import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { configSchema } from '../../src/app/config.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configuredSteps } from '../../src/app/steps.ts';
import { createOpusDecoder, SpeakerTrack } from '../../src/audio/index.ts';
import { JUDGEMENT_DEFAULTS, type SesEvent } from '../../src/domain/index.ts';
import { EmbeddedQueue, loadModel } from '../../src/inference/index.ts';
import { OnnxClassifier } from '../../src/inference/model/onnx-classifier.ts';
import { silenceTelemetry } from '../../src/inference/model/telemetry.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import { adaptiveReply } from '../../src/middleware/index.ts';
import { cleanNetwork } from '../../src/sim/index.ts';
import { openStore } from '../../src/storage/index.ts';
import { heatReplies } from '../../test/support/rules.ts';
import type { Suite } from '../harness/index.ts';
import { arrivalsOf, heardBy } from '../support/arrivals.ts';
import { BARE_SESSION, tensorsOf } from '../support/bare-onnx.ts';
import { bareWasm } from '../support/bare-opus.ts';
import { RawMoodReader, RawMoodWriter } from '../support/raw-moods.ts';
import { speechPackets } from '../support/speech.ts';
import { newUtterance, resultOf } from '../support/utterance.ts';

const PACKET_MS = 20;
const PAUSE_MS = 1000;
const PLACE = { guildId: 'guild', channelId: 'channel', locale: 'en' } as const;
const NEVER = new AbortController().signal;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** All that happens to a voice in one process once it is decrypted: from its packets to what is stored of it. */
export const path: Suite = {
	name: 'path',
	about: 'a second of speech from its packets to the stored mood, beside bare Opus, ONNX Runtime and SQLite',
	async open(scale) {
		await using stack = new AsyncDisposableStack();
		const folder = await mkdtemp(join(tmpdir(), 'ses-bench-'));
		stack.defer(() => rm(folder, { recursive: true }));
		const open = (name: string) => openStore({ file: join(folder, name), key: randomBytes(32).toString('hex') });
		const arrivals = arrivalsOf(await speechPackets(scale === 'full' ? 8 : 1), PAUSE_MS, cleanNetwork);

		const decoder = stack.adopt(await createOpusDecoder('wasm'), (each) => each.dispose());
		const model = await loadModel(modelDirectoryOf({}));
		const classifier = stack.use(await OnnxClassifier.open(model, { provider: 'cpu', maxRows: 1 }));
		const queue = stack.use(
			new EmbeddedQueue(classifier, { ttlMs: 60_000, maxDepth: 256, maxBatch: 1, maxBatchWaitMs: 0, concurrency: 1 }),
		);
		const store = stack.use(await open('ours.sqlite'));
		let emotions = 0;
		const publish = ({ type }: SesEvent): void => {
			if (type === 'emotion') emotions++;
		};
		const effects = { publish, moods: store.moods, settingsOf: () => ({}), raise: async () => {} };
		const reply = adaptiveReply(heatReplies({ say: async () => true }, publish));
		const rules = { ...JUDGEMENT_DEFAULTS, unsureBelow: classifier.unsureBelow };
		const steps = configuredSteps(configSchema.parse({}).middleware, rules, { ...effects, adaptiveReply: reply });
		const pipeline = new Pipeline({ queue, rules, steps, log: SILENT });
		let at = Date.now();

		// What it comes to, once: the other side gets the same clips.
		const said = heardBy(new SpeakerTrack({ decoder, startMs: 0 }), arrivals, PAUSE_MS);
		const bareOpus = stack.use(await bareWasm());
		silenceTelemetry();
		const session = stack.adopt(await InferenceSession.create(model.bytes, BARE_SESSION), (each) => each.release());
		const feeds = said.map(({ pcm }) => tensorsOf([pcm]));
		const sealed = stack.use(await open('sealed.sqlite'));
		const { model: _, ...mood } = resultOf(newUtterance(new Int16Array(48_000)), 0.3);
		await sealed.moods.record({ ...mood, ...PLACE, at });
		await sealed.flush();
		const reader = stack.use(new RawMoodReader(join(folder, 'sealed.sqlite')));
		const writer = stack.use(new RawMoodWriter(join(folder, 'bare.sqlite'), reader.tableSql, reader.entryBytes));

		const running = stack.move();
		return {
			comparisons: [
				{
					id: 'path/embedded',
					per: 'second',
					clock: 'cpu',
					units: (arrivals.sent * PACKET_MS) / 1000,
					ours: {
						name: 'SpeakerTrack, EmbeddedQueue, Pipeline, MoodStore',
						asyncWork: async () => {
							const before = emotions;
							for (const { pcm, quality } of heardBy(new SpeakerTrack({ decoder, startMs: 0 }), arrivals, PAUSE_MS)) {
								at += 1000;
								const utterance = { ...newUtterance(pcm), quality };
								await pipeline.take({ utterance, place: PLACE, at, signal: NEVER });
							}
							await store.flush();
							if (emotions === before) throw new Error('Nothing was told: this is not what is to be measured.');
						},
					},
					reference: {
						name: 'decodeFrame, session.run and one insert',
						kind: 'floor',
						asyncWork: async () => {
							for (const payload of arrivals.distinct) bareOpus.decode(payload);
							for (const each of feeds) await session.run(each);
							writer.insert(said.length, 1);
						},
					},
				},
			],
			skipped: [],
			[Symbol.asyncDispose]: () => running.disposeAsync(),
		};
	},
};
