import { decodeMlsMessage, type KeyPackage } from 'ts-mls';
import { decodeKeyPackage } from 'ts-mls/keyPackage.js';

/** Operation type that opens the payload of opcode 27. */
const APPEND = 0;

/** What the delivery service must know of a commit to order it; the rest is between the members. */
export interface CommitSummary {
	readonly groupId: Uint8Array;
	readonly epoch: bigint;
	readonly senderLeaf: number;
	/** References of the proposals that the commit applies, in its order. */
	readonly refs: readonly string[];
	/** The MLSMessage that carries the commit. */
	readonly commit: Buffer;
	/** The Welcome that followed it, when members are added. */
	readonly welcome: Buffer | undefined;
}

/** @throws RangeError for anything but one whole key package (payload of opcode 26) */
export function parseKeyPackage(payload: Buffer): KeyPackage {
	const decoded = attempt(() => decodeKeyPackage(payload, 0));
	if (decoded === undefined || decoded[1] !== payload.length) throw new RangeError('Malformed MLS key package');
	return decoded[0];
}

/** @throws RangeError for anything but a commit, optionally followed by a Welcome (payload of opcode 28) */
export function parseCommitWelcome(payload: Buffer): CommitSummary {
	const decoded = attempt(() => decodeMlsMessage(payload, 0));
	if (decoded === undefined) throw new RangeError('Malformed MLS message');
	const [message, length] = decoded;
	if (message.wireformat !== 'mls_public_message') throw new RangeError('The MLS message is not public');
	const { content } = message.publicMessage;
	if (content.contentType !== 'commit') throw new RangeError('The MLS message is not a commit');
	if (content.sender.senderType !== 'member') throw new RangeError('The commit is not from a member');
	const refs = content.commit.proposals.map((proposal) => {
		if (proposal.proposalOrRefType !== 'reference') throw new RangeError('The commit carries a proposal of its own');
		return Buffer.from(proposal.reference).toString('hex');
	});
	return {
		groupId: content.groupId,
		epoch: content.epoch,
		senderLeaf: content.sender.leafIndex,
		refs,
		commit: payload.subarray(0, length),
		welcome: length < payload.length ? payload.subarray(length) : undefined,
	};
}

/** Payload of opcode 27: `u8 operation | MLSMessage proposals<V>`. */
export function appendProposals(messages: readonly Buffer[]): Buffer {
	const body = Buffer.concat(messages);
	return Buffer.concat([Buffer.of(APPEND), variableLength(body.length), body]);
}

/** Payload of opcodes 29 and 30: `u16 transition_id | message`. */
export function withTransition(transitionId: number, message: Buffer): Buffer {
	const id = Buffer.alloc(2);
	id.writeUInt16BE(transitionId);
	return Buffer.concat([id, message]);
}

/** A snowflake as MLS group id or credential: 64 bit, big-endian. */
export function snowflakeBytes(id: string): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(BigInt(id));
	return bytes;
}

/** RFC 9420 §2.1.2 variable-size vector length. */
function variableLength(length: number): Buffer {
	if (length < 0x40) return Buffer.of(length);
	const bytes = Buffer.alloc(length < 0x4000 ? 2 : 4);
	if (bytes.length === 2) bytes.writeUInt16BE(0x4000 | length);
	else bytes.writeUInt32BE((0x80000000 | length) >>> 0);
	return bytes;
}

/** ts-mls answers some malformed input with undefined and some with a CodecError. */
function attempt<T>(decode: () => T | undefined): T | undefined {
	try {
		return decode();
	} catch {
		return undefined;
	}
}
