/**
 * A step of one's own among those that are built in, run over recordings that are played one after the other.
 *
 *     node examples/custom-step/main.ts [recording …]
 */
import { fileURLToPath } from 'node:url';
import { type AudioSource, createEmotionEngine, recordingSource } from 'speech-emotion-sense';
import { streaks } from './streaks.ts';

const SAMPLES = ['1048_DFA_ANG_XX', '1048_IOM_ANG_XX', '1048_ITH_ANG_XX', '1048_IWL_ANG_XX'].map((name) =>
	fileURLToPath(new URL(`../../samples/crema-d/${name}.opus`, import.meta.url)),
);
const given = process.argv.slice(2);

/** Recordings as one conversation, with a second of silence after each. Without times, one chunk follows the other. */
async function* played(files: readonly string[]): AudioSource {
	for (const file of files) {
		for await (const { atMs: _, ...chunk } of recordingSource(file)) yield chunk;
		yield { speakerId: 'channel-0', pcm: new Int16Array(16_000) };
	}
}

await using engine = await createEmotionEngine({
	// Behind the step that turns what is too poor to judge into "unsure", and before anybody is told.
	steps: { before: { 'event-feed': streaks((label) => console.log(`three times ${label}`)) } },
});
engine.on('emotion', ({ label }) => console.log(`emotion: ${label}`));
await engine.play(played(given.length > 0 ? given : SAMPLES));
