import type { MemberHealth } from '../../domain/index.ts';

export const noHealth = (speakerId: string): MemberHealth => ({
	speakerId,
	heard: 0,
	lost: 0,
	late: 0,
	duplicate: 0,
	undecryptable: 0,
	concealed: 0,
	dropped: 0,
});

export function addHealth(one: MemberHealth, other: MemberHealth): MemberHealth {
	return {
		speakerId: one.speakerId,
		heard: one.heard + other.heard,
		lost: one.lost + other.lost,
		late: one.late + other.late,
		duplicate: one.duplicate + other.duplicate,
		undecryptable: one.undecryptable + other.undecryptable,
		concealed: one.concealed + other.concealed,
		dropped: one.dropped + other.dropped,
	};
}
