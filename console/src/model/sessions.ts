import { batch, type Signal, signal } from '@preact/signals';
import type { FeedData } from '../../../client/index.ts';
import type { StateAnswer } from '../api.ts';

type SessionState = StateAnswer['sessions'][number];
type SpeakerState = SessionState['speakers'][number];
export type Shown = NonNullable<SpeakerState['last']>;
export type Heat = NonNullable<SessionState['heat']>;

/** One utterance on the strip. */
export interface Mark extends Shown {
	readonly durationMs: number;
}

/** A first impression of an utterance, until the whole of it is told. */
export interface SoFar extends Shown {
	readonly utteranceId: string;
	/** From then on, by the browser's clock, it is stale: nothing tells of an utterance that came to nothing. */
	readonly staleAt: number;
}

/** What is kept of a speaker; each part changes by itself, so that an event draws one lane anew and no more. */
export interface Lane {
	readonly speaker: string;
	readonly last: Signal<Shown | undefined>;
	/** What they sound like while they go on speaking. */
	readonly soFar: Signal<SoFar | undefined>;
	readonly marks: Signal<readonly Mark[]>;
	readonly deaf: Signal<string | undefined>;
}

export interface LiveSession extends Pick<SessionState, 'sessionId' | 'guildId' | 'channelId' | 'startedAt'> {
	readonly names: Signal<Pick<SessionState, 'guildName' | 'channelName'>>;
	readonly heat: Signal<Heat | undefined>;
	/** Oldest first. */
	readonly heatPoints: Signal<readonly Pick<Heat, 'at' | 'score'>[]>;
	readonly mood: Signal<SessionState['mood']>;
	readonly health: Signal<SessionState['health']>;
	readonly lanes: Signal<readonly Lane[]>;
}

/** What strips and charts show. */
export const WINDOW_MS = 3 * 60_000;
const MOST_MARKS = 200;
const MOST_POINTS = 2_000;
const STALE_MS = 5_000;

export const sessions = signal<readonly LiveSession[]>([]);
/** What was withdrawn or has ended: an answer that was on its way must not bring it back. */
const gone = new Set<string>();

const sessionOf = (sessionId: string): LiveSession | undefined =>
	sessions.value.find((each) => each.sessionId === sessionId);

export function startSession(state: Omit<SessionState, 'speakers'>): LiveSession {
	const known = sessionOf(state.sessionId);
	if (known) return known;
	const { sessionId, guildId, channelId, startedAt } = state;
	const started: LiveSession = {
		sessionId,
		guildId,
		channelId,
		startedAt,
		names: signal({}),
		heat: signal(undefined),
		heatPoints: signal([]),
		mood: signal(undefined),
		health: signal(undefined),
		lanes: signal([]),
	};
	if (!gone.has(sessionId)) sessions.value = [...sessions.value, started];
	return started;
}

export function endSession(sessionId: string): void {
	gone.add(sessionId);
	sessions.value = sessions.value.filter((each) => each.sessionId !== sessionId);
}

function laneOf(session: LiveSession, speaker: string): Lane {
	const known = session.lanes.value.find((each) => each.speaker === speaker);
	if (known) return known;
	const lane: Lane = {
		speaker,
		last: signal(undefined),
		soFar: signal(undefined),
		marks: signal([]),
		deaf: signal(undefined),
	};
	if (!gone.has(speaker)) session.lanes.value = [...session.lanes.value, lane];
	return lane;
}

/** Takes members who withdrew off the page. */
export function forgetSpeakers(speakers: readonly string[]): void {
	for (const speaker of speakers) gone.add(speaker);
	for (const { lanes } of sessions.value) {
		if (lanes.value.some(({ speaker }) => gone.has(speaker))) {
			lanes.value = lanes.value.filter(({ speaker }) => !gone.has(speaker));
		}
	}
}

export function showEmotion(at: number, data: FeedData['emotion']): void {
	const session = sessionOf(data.sessionId);
	if (!session) return;
	const lane = laneOf(session, data.speaker);
	const { label, confidence, valence, arousal } = data;
	const mark: Mark = { at, label, confidence, valence, arousal, durationMs: data.endMs - data.startMs };
	lane.last.value = mark;
	if (lane.soFar.value?.utteranceId === data.utteranceId) lane.soFar.value = undefined;
	lane.marks.value = [...lane.marks.value.filter((each) => each.at > at - WINDOW_MS), mark].slice(-MOST_MARKS);
}

export function showPartial(at: number, data: FeedData['partial']): void {
	const session = sessionOf(data.sessionId);
	if (!session) return;
	const { utteranceId, label, confidence, valence, arousal } = data;
	const staleAt = Date.now() + STALE_MS;
	laneOf(session, data.speaker).soFar.value = { utteranceId, at, label, confidence, valence, arousal, staleAt };
}

export function showHeat(sessionId: string, heat: Heat): void {
	const session = sessionOf(sessionId);
	if (!session || (session.heat.value && session.heat.value.at >= heat.at)) return;
	session.heat.value = heat;
	const { at, score } = heat;
	session.heatPoints.value = [...session.heatPoints.value, { at, score }].slice(-MOST_POINTS);
}

export function showMood(data: FeedData['mood']): void {
	const session = sessionOf(data.sessionId);
	if (session) session.mood.value = data as NonNullable<SessionState['mood']>;
}

export function showHealth(at: number, data: FeedData['health']): void {
	const session = sessionOf(data.sessionId);
	if (!session) return;
	const { total, ignoredPackets, malformedPackets, queueDepth, droppedUtterances } = data;
	session.health.value = { at, total, ignoredPackets, malformedPackets, queueDepth, droppedUtterances };
	for (const { speaker, deaf } of data.speakers) laneOf(session, speaker).deaf.value = deaf;
}

/** Brings the page up to what the server says; what came over the feed after that stays. */
export function mergeSessions({ at, sessions: states }: StateAnswer): void {
	batch(() => {
		const listed = new Map(states.map((state) => [state.sessionId, state]));
		sessions.value = sessions.value.filter((each) => listed.has(each.sessionId) || each.startedAt > at);
		for (const state of states) mergeSession(at, state);
	});
}

function mergeSession(at: number, state: SessionState): void {
	const session = startSession(state);
	const { guildName, channelName } = state;
	session.names.value = { ...(guildName && { guildName }), ...(channelName && { channelName }) };
	if (state.heat) showHeat(state.sessionId, state.heat);
	if (state.mood) session.mood.value = state.mood;
	if (state.health && (session.health.value?.at ?? 0) < state.health.at) session.health.value = state.health;
	const listed = new Set(state.speakers.map(({ speaker }) => speaker));
	session.lanes.value = session.lanes.value.filter(
		({ speaker, last }) => listed.has(speaker) || (last.value?.at ?? 0) > at,
	);
	for (const { speaker, last, deaf } of state.speakers) {
		const lane = laneOf(session, speaker);
		lane.deaf.value = deaf;
		if (last && (lane.last.value?.at ?? 0) < last.at) lane.last.value = last;
	}
}

export function forgetSessions(): void {
	sessions.value = [];
}
