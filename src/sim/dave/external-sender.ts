import {
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	sign,
	timingSafeEqual,
	verify,
} from 'node:crypto';
import {
	encodeExternalSender,
	encodeMlsMessage,
	type FramedContent,
	type Hash,
	type Proposal,
	type Signature,
} from 'ts-mls';
import { makeProposalRef } from 'ts-mls/authenticatedContent.js';
import { signFramedContentTBS } from 'ts-mls/framedContent.js';

/** A proposal on its way to the members of a group: the MLSMessage and its reference. */
export interface SignedProposal {
	readonly message: Buffer;
	/** RFC 9420 §5.2 ProposalRef in hexadecimal: what a commit names it by. */
	readonly ref: string;
}

/** ECDSA over P-256 with SHA-256 and DER signatures, keys as PKCS #8 and SPKI: node:crypto, no further package. */
const p256: Signature = {
	sign: async (signKey, message) =>
		sign('sha256', message, createPrivateKey({ key: Buffer.from(signKey), format: 'der', type: 'pkcs8' })),
	verify: async (publicKey, message, signature) =>
		verify('sha256', message, createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }), signature),
	async keygen() {
		const { publicKey, privateKey } = generateKeyPairSync('ec', {
			namedCurve: 'P-256',
			publicKeyEncoding: { format: 'der', type: 'spki' },
			privateKeyEncoding: { format: 'der', type: 'pkcs8' },
		});
		return { publicKey, signKey: privateKey };
	},
};

const hmac = (key: Uint8Array, data: Uint8Array): Buffer => createHmac('sha256', key).update(data).digest();

const sha256: Hash = {
	digest: async (data) => createHash('sha256').update(data).digest(),
	mac: async (key, data) => hmac(key, data),
	verifyMac: async (key, mac, data) => mac.length === 32 && timingSafeEqual(hmac(key, data), mac),
};

/** Length of a P-256 point with its `04` prefix, which closes an SPKI structure. */
const UNCOMPRESSED_POINT_BYTES = 65;

/**
 * The voice gateway's identity inside an MLS group: not a member, but allowed to propose who is
 * added and removed (RFC 9420 §12.1.8). Keys are those of DAVE's ciphersuite 2 (DHKEMP256, P256).
 */
export class MlsExternalSender {
	/** Payload of opcode 25, the same for every group of this server. */
	readonly package: Buffer;
	readonly #signKey: Uint8Array;

	private constructor(publicKey: Uint8Array, signKey: Uint8Array) {
		this.#signKey = signKey;
		this.package = Buffer.from(
			encodeExternalSender({
				signaturePublicKey: publicKey,
				credential: { credentialType: 'basic', identity: Uint8Array.of(0) },
			}),
		);
	}

	static async create(): Promise<MlsExternalSender> {
		const { publicKey, signKey } = await p256.keygen();
		return new MlsExternalSender(publicKey.subarray(-UNCOMPRESSED_POINT_BYTES), signKey);
	}

	/** Signs `proposal` for the group `groupId` in its present `epoch`. */
	async propose(groupId: Uint8Array, epoch: bigint, proposal: Proposal): Promise<SignedProposal> {
		const content: FramedContent = {
			groupId,
			epoch,
			sender: { senderType: 'external', senderIndex: 0 },
			authenticatedData: new Uint8Array(),
			contentType: 'proposal',
			proposal,
		};
		// No group context: an external sender does not sign it (RFC 9420 §6.1), so the server needs no tree of its own.
		const signature = await signFramedContentTBS(
			this.#signKey,
			{ protocolVersion: 'mls10', wireformat: 'mls_public_message', content, senderType: 'external' },
			p256,
		);
		const auth = { contentType: 'proposal', signature } as const;
		const message = encodeMlsMessage({
			version: 'mls10',
			wireformat: 'mls_public_message',
			publicMessage: { content, auth, senderType: 'external' },
		});
		const ref = await makeProposalRef({ wireformat: 'mls_public_message', content, auth }, sha256);
		return { message: Buffer.from(message), ref: Buffer.from(ref).toString('hex') };
	}
}
