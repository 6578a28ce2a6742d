import { isOpen } from '../../domain/index.ts';
import type { Condition } from './conditions.ts';
import type { SessionFacts } from './facts.ts';
import { within } from './values.ts';

/** The moment at which conditions are looked at. */
export interface Moment {
	readonly facts: SessionFacts;
	/** Milliseconds since the Unix epoch. */
	readonly at: number;
	/** IANA name. */
	readonly timeZone: string;
	/** Fewest contributors that the community wants figures of a group to rest on. */
	readonly groupOf: number;
}

/** `undefined`: it cannot be told, for instance because too few were heard for a figure of a group. */
export type Truth = boolean | undefined;

/** All of them hold; one that does not settles it, whatever cannot be told. */
const every = (truths: readonly Truth[]): Truth =>
	truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;

const some = (truths: readonly Truth[]): Truth =>
	truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;

const negated = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/**
 * Whether a condition holds.
 *
 * @param held whether the rule held a moment ago, for the slack of bounds
 */
export function evaluate(of: Condition, moment: Moment, held: boolean): Truth {
	const truths: Truth[] = [];
	const { facts, at, timeZone, groupOf } = moment;
	if (of.all) truths.push(every(of.all.map((each) => evaluate(each, moment, held))));
	if (of.any) truths.push(some(of.any.map((each) => evaluate(each, moment, held))));
	if (of.not) truths.push(negated(evaluate(of.not, moment, !held)));
	if (of.heat) truths.push(heatHolds(of.heat, facts, held));
	if (of.mood) {
		const { share, members } = facts.window(of.mood.within).mood(of.mood.of);
		truths.push(members < Math.max(of.mood.contributors, groupOf) ? undefined : within(of.mood, share, held));
	}
	if (of.unsure) {
		const { share, utterances } = facts.window(of.unsure.within).unsure();
		truths.push(utterances < of.unsure.utterances ? undefined : within(of.unsure, share, held));
	}
	if (of.sound) truths.push(within(of.sound, facts.window(of.sound.within).sounds(of.sound.of), held));
	if (of.members) truths.push(within(of.members, facts.window(of.members.within).members, held));
	if (of.fatigue) {
		const { level, members } = facts.window(of.fatigue.within).fatigue();
		truths.push(members < Math.max(of.fatigue.contributors, groupOf) ? undefined : within(of.fatigue, level, held));
	}
	if (of.session) {
		const { event, atLeast, atMost } = of.session;
		truths.push(
			(event === undefined || event === facts.event) && within({ atLeast, atMost }, at - facts.startedAt, false),
		);
	}
	if (of.time) truths.push(isOpen({ ...of.time, timeZone }, at));
	return every(truths);
}

function heatHolds(of: NonNullable<Condition['heat']>, { heat }: SessionFacts, held: boolean): boolean {
	const { state, previous, score } = heat;
	const changed = state !== previous;
	return (
		(of.state?.includes(state) ?? true) &&
		(of.from === undefined || (changed && of.from.includes(previous))) &&
		(of.to === undefined || (changed && of.to.includes(state))) &&
		within(of, score, held)
	);
}
