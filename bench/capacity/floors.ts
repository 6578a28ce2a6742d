import { InferenceSession } from 'onnxruntime-node';
import { loadModel } from '../../src/inference/index.ts';
import { silenceTelemetry } from '../../src/inference/model/telemetry.ts';
import { modelDirectoryOf } from '../../src/inference/options.ts';
import { quantile } from '../harness/statistics.ts';
import { BARE_SESSION, tensorsOf } from '../support/bare-onnx.ts';
import { cpuMsSince, StandingCall } from '../support/call/standing-call.ts';
import { speechClips } from '../support/speech.ts';

const PACKETS_PER_S = 50;
const SPEAKERS = 8;
/** As long as a usual utterance with what the model hears round it. */
const CLIP_S = 3;
const BURSTS = 3;
const RUNS = 15;

/** What no engine can do with less: milliseconds of processor time for each second of speech. */
export async function measureFloors(): Promise<{ readonly packetsMs: number; readonly modelMs: number }> {
	return { packetsMs: await packetsMs(), modelMs: await modelMs() };
}

/** AEAD, DAVE and Opus, the bare calls on packets of a live call. */
async function packetsMs(): Promise<number> {
	await using call = await StandingCall.open(SPEAKERS);
	const costs: number[] = [];
	for (let burst = 0; burst < BURSTS; burst++) {
		const { datagrams } = await call.listen({ packets: 100, together: 1, everyMs: 20 });
		costs.push(call.decode(datagrams) / datagrams.length);
	}
	return PACKETS_PER_S * quantile(costs, 0.5);
}

/** ONNX Runtime alone on one utterance at a time. */
async function modelMs(): Promise<number> {
	silenceTelemetry();
	const model = await loadModel(modelDirectoryOf({}));
	const session = await InferenceSession.create(model.bytes, BARE_SESSION);
	const feeds = tensorsOf(await speechClips(1, CLIP_S));
	const costs: number[] = [];
	for (let run = 0; run < RUNS; run++) {
		const before = process.cpuUsage();
		await session.run(feeds);
		costs.push(cpuMsSince(before));
	}
	await session.release();
	return quantile(costs, 0.5) / CLIP_S;
}
