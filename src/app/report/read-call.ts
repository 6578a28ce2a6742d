import { openRecording } from '../../audio/files/index.ts';
import type { Stretch } from '../../audio/index.ts';
import { SAMPLE_RATE_HZ, SesError } from '../../domain/index.ts';
import {
	type AnalysisOptions,
	analyzeRecording,
	type RecordingAnalysis,
	separateVoices,
	VoiceListener,
	type Separation as VoiceSeparation,
} from '../analysis/index.ts';
import type { NoteCode, Party, Separation } from './model.ts';

/** Which side of a call is the customer's: a channel, a voice of a mono call, or all of a recording of one side. */
export const CUSTOMERS = ['left', 'right', 'A', 'B', 'only'] as const;
export type Customer = (typeof CUSTOMERS)[number];

export interface ReadCallOptions extends AnalysisOptions {
	readonly kind: 'call' | 'conversation';
	/** Left, or the voice that answers the first, when left out. */
	readonly customer?: Customer;
}

/** A party, and which rows and which stretches of speech are its own. */
export interface PartyReading extends Pick<Party, 'id' | 'role' | 'isRead'> {
	readonly channel: number;
	readonly voice?: string;
	/** Absent where the parties of one channel could not be told apart. */
	readonly talk?: readonly Stretch[];
}

/** A recording, read as far as may be. */
export interface CallReading {
	readonly kind: 'call' | 'conversation';
	readonly analysis: RecordingAnalysis;
	readonly parties: readonly PartyReading[];
	readonly separation: Separation;
	readonly notes: readonly NoteCode[];
}

/**
 * Reads a call by the customer's side alone: of the other channel, or voice, it is noted when somebody speaks, and
 * the model hears none of it. Of other conversations all are read.
 *
 * @throws {SesError} as analyzeRecording, `SES_AGENT_REFUSED`, and `SES_USAGE` where the side does not fit the file
 */
export async function readCall(file: string, options: ReadCallOptions): Promise<CallReading> {
	const count = await channelCount(file, options);
	if (count === 1) return readMono(file, options);
	return options.kind === 'call' ? readTwoSides(file, count, options) : readChannels(file, count, options);
}

async function channelCount(file: string, { signal, maxDurationMs }: ReadCallOptions): Promise<number> {
	await using recording = await openRecording(file, {
		...(signal && { signal }),
		...(maxDurationMs !== undefined && { maxDurationMs }),
	});
	return recording.channels;
}

const wrongSide = (file: string, reason: string): SesError =>
	new SesError('SES_USAGE', { reason: `${file}: ${reason}` });

async function readTwoSides(file: string, count: number, options: ReadCallOptions): Promise<CallReading> {
	const { customer = 'left', channels } = options;
	if (count > 2)
		throw wrongSide(file, `a call has one or two channels, not ${count}. For others: --kind conversation.`);
	if (customer !== 'left' && customer !== 'right') {
		throw wrongSide(file, `it has two channels: the customer is left or right, not ${customer}.`);
	}
	const own = customer === 'left' ? 0 : 1;
	if (channels?.some((channel) => channel !== own && channel < count)) throw new SesError('SES_AGENT_REFUSED');
	const analysis = await analyzeRecording(file, { ...options, channels: [own], talkOf: [0, 1], allowsSilence: true });
	const party = (id: 'left' | 'right', channel: number): PartyReading => ({
		id,
		role: channel === own ? 'customer' : 'agent',
		isRead: channel === own,
		channel,
		talk: analysis.talk.get(channel) ?? [],
	});
	return {
		kind: 'call',
		analysis,
		parties: [party('left', 0), party('right', 1)],
		separation: { status: 'channels' },
		notes: [...(options.customer ? [] : ['customer-assumed' as const]), 'agent-not-read'],
	};
}

async function readChannels(file: string, count: number, options: ReadCallOptions): Promise<CallReading> {
	const { channels = Array.from({ length: count }, (_, channel) => channel) } = options;
	const analysis = await analyzeRecording(file, { ...options, channels, talkOf: channels, allowsSilence: true });
	const name = (channel: number): string => (count > 2 ? String(channel) : channel === 0 ? 'left' : 'right');
	return {
		kind: 'conversation',
		analysis,
		parties: channels.map((channel) => ({
			id: name(channel),
			role: 'speaker',
			isRead: true,
			channel,
			talk: analysis.talk.get(channel) ?? [],
		})),
		separation: { status: 'channels' },
		notes: ['no-work'],
	};
}

async function readMono(file: string, options: ReadCallOptions): Promise<CallReading> {
	const { kind, customer } = options;
	if (customer === 'left' || customer === 'right') {
		throw wrongSide(file, `it has one channel: the customer is voice A or B, or the only one, not ${customer}.`);
	}
	const isCall = kind === 'call';
	const whole = { id: 'all', channel: 0 } as const;
	if (isCall && customer === 'only') {
		const analysis = await analyzeRecording(file, { ...options, channels: [0], talkOf: [0], allowsSilence: true });
		const talk = analysis.talk.get(0) ?? [];
		const parties = [{ ...whole, role: 'customer', isRead: true, talk } as const];
		return { kind, analysis, parties, separation: { status: 'channels' }, notes: [] };
	}
	const found = await separate(file, options);
	const again = { ...options, ...secondHalf(options) };
	if (found.status === 'not-separated') {
		const channels = isCall ? [] : [0];
		const analysis = await analyzeRecording(file, { ...again, channels, talkOf: [0], allowsSilence: true });
		return {
			kind,
			analysis,
			parties: [{ ...whole, role: 'speaker', isRead: !isCall, talk: analysis.talk.get(0) ?? [] }],
			separation: { status: 'not-separated', confidence: found.confidence },
			notes: isCall ? ['not-separated-not-read'] : ['not-separated', 'no-work'],
		};
	}
	// Who answers a call says the first word; the customer comes second.
	const own = customer === 'A' ? 'A' : 'B';
	const read = isCall ? [own] : ['A', 'B'];
	const voices = new Map(read.map((voice) => [voice, isOwnOf(found, voice)]));
	const analysis = await analyzeRecording(file, { ...again, channels: [0], voices, allowsSilence: true });
	return {
		kind,
		analysis,
		parties: ['A', 'B'].map((voice) => ({
			id: voice,
			role: isCall ? (voice === own ? 'customer' : 'agent') : 'speaker',
			isRead: read.includes(voice),
			channel: 0,
			voice,
			talk: found.spans.filter((span) => span.voice === voice),
		})),
		separation: { status: 'separated', confidence: found.confidence },
		notes: [
			'voices-by-machine',
			...(isCall && !customer ? ['voice-assumed' as const] : []),
			isCall ? 'agent-not-read' : 'no-work',
		],
	};
}

/** Of a second reading, which begins half way. */
function secondHalf({ onProgress }: ReadCallOptions): Pick<AnalysisOptions, 'onProgress'> {
	if (!onProgress) return {};
	return {
		onProgress: ({ positionMs, durationMs }) =>
			onProgress({ positionMs: ((durationMs ?? positionMs) + positionMs) / 2, durationMs }),
	};
}

/** A first reading, in which nothing is kept but how the voices differ. */
async function separate(file: string, options: ReadCallOptions): Promise<VoiceSeparation> {
	const { signal, maxDurationMs, onProgress } = options;
	await using recording = await openRecording(file, {
		...(signal && { signal }),
		...(maxDurationMs !== undefined && { maxDurationMs }),
	});
	const listener = new VoiceListener(options.segmenter);
	let samples = 0;
	for await (const [block] of recording.blocks()) {
		listener.push(block as Int16Array);
		samples += (block as Int16Array).length;
		onProgress?.({ positionMs: (samples * 500) / SAMPLE_RATE_HZ, durationMs: recording.durationMs });
	}
	listener.flush();
	return separateVoices(listener.units);
}

/** What is within a span of the voice, or next to one: a word's edges are quieter than its middle. */
const EDGE_MS = 100;

/** Frames are asked for in order of time. */
function isOwnOf({ spans }: VoiceSeparation & { status: 'separated' }, voice: string): (startMs: number) => boolean {
	let at = 0;
	return (startMs) => {
		while (at < spans.length - 1 && startMs >= middleBetween(spans[at], spans[at + 1])) at++;
		const span = spans[at];
		return (
			span !== undefined && span.voice === voice && startMs >= span.startMs - EDGE_MS && startMs < span.endMs + EDGE_MS
		);
	};
}

const middleBetween = (one: Stretch | undefined, other: Stretch | undefined): number =>
	((one?.endMs ?? 0) + (other?.startMs ?? 0)) / 2;
