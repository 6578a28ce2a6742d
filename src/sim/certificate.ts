import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { distrust, trust } from './trust.ts';

const VALID_DAYS = 7;

/** A self-signed certificate for `localhost` and 127.0.0.1 that is its own authority. */
export class Certificate implements AsyncDisposable {
	/** PEM; as authority for NODE_EXTRA_CA_CERTS and as the server's certificate. */
	readonly pem: string;
	/** PEM, P-256. */
	readonly key: string;
	#directory: string | undefined;
	#isTrusted = false;

	private constructor(pem: string, key: string) {
		this.pem = pem;
		this.key = key;
	}

	static async create(): Promise<Certificate> {
		const now = Date.now();
		const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
			keyType: 'ec',
			curve: 'P-256',
			algorithm: 'sha256',
			notBeforeDate: new Date(now - 3_600_000),
			notAfterDate: new Date(now + VALID_DAYS * 86_400_000),
			extensions: [
				{ name: 'basicConstraints', cA: true, critical: true },
				{ name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
				{ name: 'extKeyUsage', serverAuth: true },
				{
					name: 'subjectAltName',
					altNames: [
						{ type: 2, value: 'localhost' },
						{ type: 7, ip: '127.0.0.1' },
					],
				},
			],
		});
		return new Certificate(cert, key);
	}

	/** Adds the certificate to those that this process trusts, until it is disposed of. */
	trust(): void {
		if (this.#isTrusted) return;
		this.#isTrusted = true;
		trust(this.pem);
	}

	/** Writes the certificate where a child process can read it. @returns the path, for NODE_EXTRA_CA_CERTS */
	async writeFile(): Promise<string> {
		this.#directory ??= await mkdtemp(join(tmpdir(), 'simulated-discord-'));
		const path = join(this.#directory, 'ca.pem');
		await writeFile(path, this.pem);
		return path;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#isTrusted) distrust(this.pem);
		if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
	}
}
