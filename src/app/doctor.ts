import { execFile } from 'node:child_process';
import { opusBackend } from '../audio/index.ts';
import { reasonOf, SesError } from '../domain/index.ts';
import { checkInference } from '../inference/index.ts';
import type { Config } from './config.ts';
import { readTokens } from './tokens.ts';

/** One finding. A `note` is worth knowing and no reason to stop. */
export interface Check {
	readonly name: string;
	readonly status: 'ok' | 'note' | 'fault';
	readonly detail: string;
	readonly hint?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `node:sqlite` takes a flag before. */
const OLDEST_NODE = [22, 13] as const;
const DISCORD_API = 'https://discord.com/api';
const DEADLINE_MS = 5000;

function checkNode(): Check {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const recent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
	return recent
		? { name: 'Node', status: 'ok', detail: process.versions.node }
		: {
				name: 'Node',
				status: 'fault',
				detail: `${process.versions.node} is too old`,
				hint: 'Run through npm (`npm run ses -- …`), which brings Node 24, or install Node 22.13 or newer.',
			};
}

async function checkOpus(): Promise<Check> {
	return (await opusBackend()) === 'native'
		? { name: 'Opus', status: 'ok', detail: '@discordjs/opus (native); no WebAssembly, so no FEC' }
		: { name: 'Opus', status: 'ok', detail: 'libopus (WebAssembly), with in-band FEC' };
}

async function checkDave(): Promise<Check> {
	try {
		const { default: davey } = await import('@snazzah/davey');
		return { name: 'DAVE', status: 'ok', detail: `protocol version ${davey.DAVE_PROTOCOL_VERSION}` };
	} catch (error) {
		return {
			name: 'DAVE',
			status: 'fault',
			detail: `@snazzah/davey cannot be loaded: ${reasonOf(error)}`,
			hint: 'Discord admits no voice client without it. Run `npm ci` again; there are builds for Linux, macOS and Windows.',
		};
	}
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<number> {
	const response = await fetch(url, { headers, signal: AbortSignal.timeout(DEADLINE_MS) });
	await response.body?.cancel();
	return response.status;
}

async function checkFfmpeg(): Promise<Check> {
	const found = await new Promise<boolean>((resolve) => {
		execFile('ffmpeg', ['-version'], (error) => resolve(error === null));
	});
	return found
		? { name: 'ffmpeg', status: 'ok', detail: 'found; all recordings can be read' }
		: {
				name: 'ffmpeg',
				status: 'note',
				detail: 'not found; WAV and Ogg/Opus can be read without it',
				hint: 'For FLAC, MP3, M4A and others install it (Debian: apt-get install ffmpeg).',
			};
}

async function checkToken(base: string, token: string, name: string): Promise<Check> {
	const status = await ask(`${base}/v10/users/@me`, { authorization: `Bot ${token}` });
	if (status === 200) return { name, status: 'ok', detail: 'accepted' };
	const refused = new SesError('SES_TOKEN_REFUSED');
	return { name, status: 'fault', detail: `${refused.message} (${status})`, hint: refused.hint };
}

async function checkDiscord(base: string, environment: Environment): Promise<Check[]> {
	const checks: Check[] = [];
	let tokens: string[] = [];
	try {
		tokens = readTokens(environment);
	} catch (error) {
		if (!(error instanceof SesError)) throw error;
		const status = error.code === 'SES_TOKEN_MISSING' ? 'note' : 'fault';
		checks.push({ name: 'token', status, detail: error.message, hint: error.hint });
	}
	try {
		await ask(`${base}/v10/gateway`);
	} catch (error) {
		// What `fetch` throws says only that it failed; why stands behind it.
		const reason = reasonOf((error as Error).cause ?? error);
		const failure = new SesError('SES_DISCORD_UNREACHABLE', { base, reason });
		return [{ name: 'Discord', status: 'fault', detail: failure.message, hint: failure.hint }, ...checks];
	}
	const reachable: Check = { name: 'Discord', status: 'ok', detail: `reachable at ${base}` };
	const nameOf = (index: number): string => (index === 0 ? 'token' : `token ${index + 1}`);
	const accounts = await Promise.all(tokens.map((token, index) => checkToken(base, token, nameOf(index))));
	return [reachable, ...checks, ...accounts];
}

/** Looks at everything that has to work, and goes on after what does not. */
export async function examine(load: () => Promise<Config>, environment: Environment): Promise<Check[]> {
	const checks = [checkNode(), await checkOpus(), await checkDave(), await checkFfmpeg()];
	let config: Config;
	try {
		config = await load();
		checks.push({ name: 'configuration', status: 'ok', detail: 'valid' });
	} catch (error) {
		const hint = error instanceof SesError ? { hint: error.hint } : {};
		return [...checks, { name: 'configuration', status: 'fault', detail: reasonOf(error), ...hint }];
	}
	for (const { name, ok, detail, hint } of await checkInference(config.inference)) {
		checks.push({ name, status: ok ? 'ok' : 'fault', detail, ...(hint ? { hint } : {}) });
	}
	checks.push(...(await checkDiscord(config.bot.apiBase ?? DISCORD_API, environment)));
	return checks;
}
