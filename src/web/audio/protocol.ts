import type { z } from 'zod';
import type { AudioLine } from './line.ts';
import { AudioProblem } from './problem.ts';
import { audioClientSchema } from './schemas.ts';

/** A message as it came. */
export type Received = string | ArrayBufferLike;

/** @throws {AudioProblem} too-large */
export function checkSize(received: Received): void {
	const bytes = typeof received === 'string' ? Buffer.byteLength(received) : received.byteLength;
	if (bytes > MOST_MESSAGE_BYTES) throw new AudioProblem('too-large', `At most ${MOST_MESSAGE_BYTES} bytes a message.`);
}
const MOST_MESSAGE_BYTES = 65_536;

/** @throws {AudioProblem} malformed, naming the field and not what was sent */
export function parsed<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new AudioProblem('malformed', 'The message is not JSON.');
	}
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const { issues } = result.error;
	const [issue] = issues;
	if (issues.every(({ path }) => path[0] === 'agreed')) throw notAgreed();
	throw new AudioProblem('malformed', `${issue?.path.join('.') || 'The whole'}: ${issue?.message ?? 'does not fit'}`);
}

export const notAgreed = (): AudioProblem =>
	new AudioProblem('not-agreed', 'Nobody is heard who did not agree: `agreed` has to be true.');

/** Reads what comes over `ses-audio.v1`. */
export const readerOf =
	(line: AudioLine) =>
	async (received: Received): Promise<void> => {
		checkSize(received);
		if (typeof received !== 'string') {
			await line.audio(new Uint8Array(received));
			return;
		}
		const message = parsed(received, audioClientSchema);
		if (message.type === 'stop') {
			await line.stop();
			return;
		}
		const { speaker: speakerId, guildId, channelId = 'audio', locale = 'en', codec, sampleRate, channels } = message;
		await line.start({ speakerId, guildId, channelId, locale, format: { codec, sampleRate, channels } });
	};
