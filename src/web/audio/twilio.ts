import { ERRORS } from '../../domain/errors.ts';
import type { Program } from '../auth/principal.ts';
import type { AudioIn } from './audio-in.ts';
import type { AudioLine } from './line.ts';
import { AudioProblem } from './problem.ts';
import { checkSize, notAgreed, parsed, type Received } from './protocol.ts';
import { TRACKS, type Track, type TwilioStart, twilioSchema } from './twilio-schemas.ts';

/** The side whose emotions are read. @throws {AudioProblem} agent-refused for both, malformed */
function customerIn({ tracks, customParameters: { customer } }: TwilioStart): Track {
	// As `ses analyze --customer` has it: the other side is at work.
	if (/^(both|both_tracks|all|agent|none)$|,/.test(customer)) {
		throw new AudioProblem('agent-refused', ERRORS.SES_AGENT_REFUSED.message);
	}
	const track = TRACKS.find((each) => each === customer);
	if (!track) throw new AudioProblem('malformed', 'customer has to be inbound or outbound.');
	if (!tracks.includes(track)) throw new AudioProblem('malformed', `The stream has no ${track} track.`);
	return track;
}

export interface TwilioParts {
	readonly line: AudioLine;
	readonly audioIn: AudioIn;
	/** @returns `undefined` for a token that is no good. @throws {AudioProblem} too-many */
	readonly programWith: (token: string) => Promise<Program | undefined>;
}

/** Reads Twilio's Media Streams: one side of a call. Who sends is known by the token in `start`, or was before. */
export function twilioReaderOf({ line, audioIn, programWith }: TwilioParts): (received: Received) => Promise<void> {
	let customer: Track | undefined;
	let lastChunk = -1;

	const prove = async (token: string | undefined): Promise<void> => {
		if (line.principal) return;
		const program = token === undefined ? undefined : await programWith(token);
		if (!program) throw new AudioProblem('unauthenticated', 'The parameter token has to hold a good token.');
		if (!program.scopes.has('audio')) throw new AudioProblem('forbidden', 'Your token may not send audio.');
		line.principal = program;
		audioIn.admit(line);
	};

	const start = async (begun: TwilioStart): Promise<void> => {
		if (customer) throw new AudioProblem('already-started', 'A stream starts once.');
		const { token, agreed, speaker: speakerId, guildId, channelId, locale } = begun.customParameters;
		await prove(token);
		const track = customerIn(begun);
		if (agreed !== 'true') throw notAgreed();
		customer = track;
		await line.start({
			speakerId,
			guildId,
			channelId,
			locale,
			format: { codec: 'mulaw', sampleRate: 8000, channels: 1 },
		});
	};

	return async (received) => {
		checkSize(received);
		if (typeof received !== 'string') throw new AudioProblem('malformed', 'Twilio sends text.');
		const message = parsed(received, twilioSchema);
		if (message.event === 'start') await start(message.start);
		else if (message.event === 'stop') await line.stop();
		else if (message.event === 'media') {
			const { track, chunk, payload } = message.media;
			if (customer && track !== customer) return;
			// What was heard once is not heard again.
			if (chunk <= lastChunk) return;
			lastChunk = chunk;
			await line.audio(Buffer.from(payload, 'base64'));
		}
	};
}
