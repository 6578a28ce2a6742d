import { DAVESession } from '@snazzah/davey';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AcceptedCommit, MlsDeliveryService } from '../../src/sim/dave/delivery-service.ts';
import { MlsExternalSender } from '../../src/sim/dave/external-sender.ts';
import { parseCommitWelcome, parseKeyPackage } from '../../src/sim/dave/wire.ts';

const CHANNEL = '1456074443993382912';
const [A, B, C, D] = ['1001', '1002', '1003', '1004'] as const;

/** A delivery service whose mail waits in boxes until the test has the clients read it. */
async function office() {
	const sender = await MlsExternalSender.create();
	const sessions = new Map<string, DAVESession>();
	const proposals: { to: readonly string[]; payload: Buffer }[] = [];
	const commits: AcceptedCommit[] = [];
	/** Who has read the oldest proposals. */
	const readers = new Set<string>();
	const service = new MlsDeliveryService(CHANNEL, sender, {
		proposals: (to, payload) => proposals.push({ to, payload }),
		committed: (commit) => commits.push(commit),
	});
	const join = async (userId: string) => {
		const session = new DAVESession(1, userId, CHANNEL);
		sessions.set(userId, session);
		const keyPackage = parseKeyPackage(session.getSerializedKeyPackage());
		session.setExternalSender(sender.package);
		await service.add(userId, keyPackage);
	};
	/** Has `userId` answer the oldest unanswered proposals. */
	const answer = (userId: string, { payload } = proposals[0] as { payload: Buffer }): Buffer => {
		const known = [...sessions.keys()];
		readers.add(userId);
		const { commit, welcome } = session(userId).processProposals(payload.readUInt8(0), payload.subarray(1), known);
		return Buffer.concat([commit ?? Buffer.alloc(0), welcome ?? Buffer.alloc(0)]);
	};
	const session = (userId: string) => sessions.get(userId) as DAVESession;
	/** Has everyone concerned read the oldest proposals, whose commit won already, and that commit. */
	const deliver = () => {
		for (const userId of proposals[0]?.to ?? []) if (!readers.has(userId)) answer(userId);
		readers.clear();
		proposals.shift();
		const { commit, welcome, remaining, added } = commits.shift() as AcceptedCommit;
		for (const userId of remaining) session(userId).processCommit(commit);
		for (const userId of added) session(userId).processWelcome(welcome as Buffer);
	};
	const commitBy = (userId: string, payload = answer(userId)) => service.commit(userId, parseCommitWelcome(payload));
	const codes = (...userIds: string[]) => new Set(userIds.map((userId) => session(userId).voicePrivacyCode));
	return { sender, service, proposals, commits, join, answer, commitBy, deliver, codes, session };
}

describe('the MLS delivery service', () => {
	it('introduces itself in the layout that DAVE clients expect', async () => {
		const { sender } = await office();
		expect(sender.package).toHaveLength(71);
		// Length 65 as two bytes, an uncompressed point; a basic credential of one byte.
		expect(sender.package.subarray(0, 3).toString('hex')).toBe('404104');
		expect(sender.package.subarray(-4).toString('hex')).toBe('00010100');
	});

	it('makes the first comer the founder, and the rest members', async () => {
		const { service, proposals, commits, join, commitBy, deliver, codes } = await office();
		await join(A);
		expect([proposals.length, service.members]).toEqual([0, [A]]);
		await join(B);
		await join(C);
		// C waits: one batch at a time.
		expect(proposals.map(({ to }) => to)).toEqual([[A]]);
		expect(await commitBy(A)).toBe(true);
		expect(commits).toMatchObject([{ epoch: 1n, initial: true, remaining: [A], added: [B] }]);
		deliver();
		expect(proposals.map(({ to }) => to)).toEqual([[A, B]]);
		expect(await commitBy(B)).toBe(true);
		expect(commits).toMatchObject([{ epoch: 2n, initial: false, remaining: [A, B], added: [C] }]);
		deliver();
		expect(codes(A, B, C).size).toBe(1);
		expect([service.settled, service.members]).toEqual([true, [A, B, C]]);
	});

	it('lets the first commit of an epoch win, and nobody else’s', async () => {
		const { service, join, answer, commitBy, deliver, codes } = await office();
		for (const userId of [A, B]) await join(userId);
		await commitBy(A);
		deliver();
		await join(C);
		const [fromA, fromB] = [answer(A), answer(B)];
		// In another's name, twice, too late.
		expect(await commitBy(C, fromA)).toBe(false);
		expect(await commitBy(B, fromA)).toBe(false);
		expect(await commitBy(B, fromB)).toBe(true);
		expect(await commitBy(B, fromB)).toBe(false);
		expect(await commitBy(A, fromA)).toBe(false);
		deliver();
		expect(codes(A, B, C).size).toBe(1);
		expect(service.epoch).toBe(2n);
	});

	it('does not propose somebody who left while the proposal was being signed', async () => {
		const { service, proposals, join, commitBy, deliver, codes } = await office();
		await join(A);
		// The members are told of it at once (op 13), and would refuse to add a stranger.
		await Promise.all([join(B), service.remove(B)]);
		expect(proposals).toEqual([]);
		expect([service.settled, service.members]).toEqual([true, [A]]);
		await Promise.all([join(B), service.remove(B), join(C)]);
		expect(await commitBy(A)).toBe(true);
		deliver();
		expect(service.members).toEqual([A, C]);
		expect(codes(A, C).size).toBe(1);
	});

	it('refuses a commit that is not for its group, or lacks its welcome', async () => {
		const [mine, other] = [await office(), await office()];
		for (const { join } of [mine, other]) for (const userId of [A, B]) await join(userId);
		expect(await mine.commitBy(A, other.answer(A))).toBe(false);
		const summary = parseCommitWelcome(mine.answer(A));
		expect(await mine.service.commit(A, { ...summary, welcome: undefined })).toBe(false);
		expect(await mine.service.commit(A, summary)).toBe(true);
	});

	it('puts out who left before being let in, and gives their leaf to the next', async () => {
		const { service, proposals, commits, join, commitBy, deliver, codes, session } = await office();
		for (const userId of [A, B]) await join(userId);
		await service.remove(B);
		expect(await commitBy(A)).toBe(true);
		expect(commits).toMatchObject([{ remaining: [A], added: [] }]);
		deliver();
		expect(service.members).toEqual([A]);
		await join(C);
		// B's removal went out at once; C comes with the next batch.
		expect(proposals).toHaveLength(1);
		await commitBy(A);
		deliver();
		await commitBy(A);
		deliver();
		expect(codes(A, C).size).toBe(1);
		expect(session(C).ownLeafIndex).toBe(1);
		expect(service.settled).toBe(true);
	});

	it('begins anew with who waits when the founder leaves before committing', async () => {
		const { service, proposals, join, commitBy, deliver, codes } = await office();
		for (const userId of [A, B, C]) await join(userId);
		await service.remove(A);
		proposals.shift();
		expect(proposals.map(({ to }) => to)).toHaveLength(1);
		const [founder, other] = proposals[0]?.to[0] === B ? [B, C] : [C, B];
		expect(await commitBy(founder)).toBe(true);
		deliver();
		expect(codes(founder, other).size).toBe(1);
		expect(new Set(service.members)).toEqual(new Set([B, C]));
	});

	it('replaces a member who starts anew with another key package', async () => {
		const { service, commits, join, commitBy, deliver, codes } = await office();
		for (const userId of [A, B]) await join(userId);
		await commitBy(A);
		deliver();
		await join(B);
		expect(service.members).toEqual([A]);
		await commitBy(A);
		expect(commits).toMatchObject([{ remaining: [A], added: [B] }]);
		deliver();
		expect(codes(A, B).size).toBe(1);
		await join(D);
		await commitBy(B);
		deliver();
		expect(codes(A, B, D).size).toBe(1);
	});
});

describe('what clients send', () => {
	it('is refused with a RangeError when it is garbage', () => {
		const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
		fc.assert(
			fc.property(bytes, (payload) => {
				expect(() => parseKeyPackage(payload)).toThrow(RangeError);
				expect(() => parseCommitWelcome(payload)).toThrow(RangeError);
			}),
			{ numRuns: 5_000 },
		);
	});

	it('is refused when a byte of it is cut off', async () => {
		const keyPackage = new DAVESession(1, A, CHANNEL).getSerializedKeyPackage();
		expect(() => parseKeyPackage(keyPackage)).not.toThrow();
		for (let length = 0; length < keyPackage.length; length++) {
			expect(() => parseKeyPackage(keyPackage.subarray(0, length))).toThrow(RangeError);
		}
		expect(() => parseKeyPackage(Buffer.concat([keyPackage, Buffer.of(0)]))).toThrow(RangeError);
	});
});
