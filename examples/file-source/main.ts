/**
 * Voices that come from elsewhere than Discord: here from a recording, in your program from a game or another
 * platform. An `AudioSource` is whatever yields who said what, and when.
 *
 *     node examples/file-source/main.ts [recording]
 */
import { fileURLToPath } from 'node:url';
import { type AudioSource, createEmotionEngine, recordingSource } from 'speech-emotion-sense';

const SAMPLE = fileURLToPath(new URL('../../samples/ravdess/03-01-05-02-02-01-07.opus', import.meta.url));
const file = process.argv[2] ?? SAMPLE;

/** The recording's first channel is Ada, who agreed to be heard: that is ours to see to. */
async function* ada(): AudioSource {
	// A chunk is { speakerId, atMs, pcm } with 16 kHz mono in an Int16Array, or { speakerId, atMs, opus } with a packet.
	for await (const chunk of recordingSource(file)) {
		if (chunk.speakerId === 'channel-0') yield { ...chunk, speakerId: 'Ada' };
	}
}

await using engine = await createEmotionEngine();
engine.on('emotion', ({ speakerId, startMs, endMs, label, confidence, valence, arousal }) => {
	const when = `${(startMs / 1000).toFixed(1)}–${(endMs / 1000).toFixed(1)} s`;
	const affect = `valence ${valence.toFixed(2)}, arousal ${arousal.toFixed(2)}`;
	console.log(`${speakerId}, ${when}: ${label}, ${Math.round(confidence * 100)} % sure, ${affect}`);
});
await engine.play(ada());
