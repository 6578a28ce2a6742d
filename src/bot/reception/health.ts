import type { MemberHealth, ReceptionCounts } from '../../domain/index.ts';

export const noCounts: ReceptionCounts = {
	heard: 0,
	lost: 0,
	late: 0,
	duplicate: 0,
	undecryptable: 0,
	concealed: 0,
	recovered: 0,
	dropped: 0,
};

const COUNTS = Object.keys(noCounts) as (keyof ReceptionCounts)[];

export const noHealth = (speakerId: string): MemberHealth => ({ speakerId, ...noCounts });

/** Adds to each count what `other` has of it; whatever else `one` holds stays. */
export function addCounts<Counts extends ReceptionCounts>(one: Counts, other: Partial<ReceptionCounts>): Counts {
	const sums = COUNTS.map((name) => [name, one[name] + (other[name] ?? 0)]);
	return { ...one, ...Object.fromEntries(sums) };
}

/** Over all members. */
export const totalOf = (members: readonly ReceptionCounts[]): ReceptionCounts =>
	members.reduce((sum, each) => addCounts(sum, each), noCounts);
