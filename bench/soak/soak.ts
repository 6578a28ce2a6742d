import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { BotProcess } from '../../src/app/demo/bot-process.ts';
import { SimulatedDiscord, seededPrng } from '../../src/sim/index.ts';
import { readClips } from './clips.ts';
import { nowMs } from './clock.ts';
import { Consents } from './consents.ts';
import { disrupt, type FaultLevel, type Outage, PROFILES } from './faults.ts';
import { Hearing } from './hearing.ts';
import { Link } from './link.ts';
import { type Usage, usageOf } from './process-usage.ts';
import { rest, type Said, type Stage, Talker, type Temper } from './talker.ts';

export interface SoakOptions {
	readonly minutes: number;
	readonly members: number;
	readonly faults: FaultLevel;
	readonly seed: number;
	readonly signal: AbortSignal;
	/** Told now and then. */
	onProgress(line: string): void;
}

/** What a soak found, before anything is made of it. */
export interface Findings {
	readonly said: readonly Said[];
	readonly hearing: Hearing;
	readonly consents: Consents;
	readonly outages: readonly Outage[];
	readonly link: Link;
	readonly usage: readonly Usage[];
	readonly transitions: number;
}

const GUILD = 'Soak';
const CHANNEL = 'lounge';
const READY_MS = 60_000;
const USAGE_MS = 5000;
const PROGRESS_MS = 30_000;
/** Hangover, ticks and inference of what was said last. */
const LAST_WORDS_MS = 4000;
const CONSENT_MS = 60_000;
const HEALTH_MS = 1000;

/** One in four changes their mind, one in four never agrees, the others stay heard; the first calls the bot in. */
const TEMPERS: readonly Temper[] = ['steady', 'fickle', 'steady', 'never'];

/**
 * Runs the real bot (`ses start`, in a process of its own, with its real model) on a simulated Discord in
 * which members come, go, agree, withdraw and speak recorded speech, in real time, while the network and
 * the voice server fail as `faults` has it.
 */
export async function soak(options: SoakOptions): Promise<Findings> {
	const { minutes, seed, onProgress } = options;
	const durationMs = minutes * 60_000;
	const profile = PROFILES[options.faults];
	const random = seededPrng(seed);
	const clips = await readClips();
	const token = randomBytes(16).toString('hex');
	const consents = new Consents();
	const hearing = new Hearing(consents);
	const link = new Link(profile.network(seed));
	await using discord = await SimulatedDiscord.start({
		guilds: [{ name: GUILD, channels: [{ name: 'general' }, { name: CHANNEL, kind: 'voice' }] }],
		bots: [{ token, name: 'SpeechEmotionSense' }],
	});
	await using bot = new BotProcess(
		{
			DISCORD_TOKEN: token,
			DISCORD_API_BASE: discord.apiBase,
			SES_BOT__ATTESTED: 'true',
			NODE_EXTRA_CA_CERTS: await discord.writeCaCertificate(),
			SES_STORAGE__FILE: ':memory:',
			SES_STORAGE_KEY: randomBytes(32).toString('hex'),
			SES_HEALTH__EVERY_MS: String(HEALTH_MS),
			SES_WEB__PORT: '0',
			SES_LOG__LEVEL: 'error',
		},
		(event) => hearing.see(event),
	);
	const running = async (): Promise<Findings> => {
		const ready = { since: 0, timeoutMs: READY_MS, signal: options.signal };
		const { botId } = await discord.waitFor('commands-registered', undefined, ready);
		const said: Said[] = [];
		const talkers = cast(discord, options.members, {
			channel: CHANNEL,
			clips,
			consents,
			random,
			consentMs: Math.min(CONSENT_MS, durationMs / 3),
			onLink: (memberId) => link.given(memberId),
			said: (each) => void said.push(each),
		});
		for (const talker of talkers) await talker.enter();
		const [host] = talkers as [Talker, ...Talker[]];
		await host.member.command('emotion join', {}, ready);
		for (const talker of talkers) if (talker.temper !== 'never') await talker.agree();
		discord.faults.packets.policy = link.policyFor(botId);
		onProgress(`${talkers.length} members are in the channel; ${minutes} minutes begin`);

		const over = AbortSignal.timeout(durationMs);
		const signal = AbortSignal.any([options.signal, over]);
		// Everyone listens.
		setMaxListeners(0, signal);
		const startMs = nowMs();
		const usage: Usage[] = [];
		const outages: Outage[] = [];
		let transitions = 0;
		const unsubscribe = discord.events.subscribe(({ type }) => {
			if (type === 'dave-transition') transitions++;
		});
		const everyMs = async (ms: number, work: () => Promise<void> | void): Promise<void> => {
			while (!signal.aborted) {
				await rest(ms, signal);
				if (!signal.aborted) await work();
			}
		};
		const turns = comeAndGo(talkers.slice(1));
		const present = (): string[] => talkers.filter(({ isIn }) => isIn).map(({ member }) => member.id);
		await Promise.all([
			...talkers.map((talker) => talker.talk(signal)),
			...talkers.map((talker) => talker.waver(signal)),
			everyMs(USAGE_MS, async () => {
				const used = await usageOf(bot.pid, nowMs());
				if (used) usage.push(used);
			}),
			everyMs(PROGRESS_MS, () => {
				const at = ((nowMs() - startMs) / 60_000).toFixed(1);
				const resident = usage.at(-1)?.residentMiB.toFixed(0) ?? '?';
				onProgress(`${at} min: ${said.length} said, ${hearing.utterances.length} heard, ${resident} MiB`);
			}),
			everyMs(Math.min(profile.transitionMs, durationMs / 4), async () => {
				await turns.next();
			}),
			everyMs(Math.min(profile.disruptionMs, durationMs / 3), async () => {
				const cause = profile.disruptions[outages.length % profile.disruptions.length];
				if (cause === undefined) return;
				onProgress(`disruption: ${cause}`);
				outages.push(await disrupt(discord, botId, GUILD, cause, present));
			}),
		]);
		options.signal.throwIfAborted();
		unsubscribe();
		await rest(LAST_WORDS_MS, options.signal);
		await host.member.command('emotion leave', {}, ready);
		return { said, hearing, consents, outages, link, usage, transitions };
	};
	const findings = await Promise.race([running(), bot.died()]);
	await bot.stop();
	return findings;
}

function cast(discord: SimulatedDiscord, members: number, stage: Stage): Talker[] {
	return Array.from({ length: members }, (_, index) => {
		const permissions = index === 0 ? PermissionFlagsBits.ManageGuild : 0n;
		const member = discord.createMember({ name: `Member ${index}`, permissions, listens: false });
		return new Talker(member, TEMPERS[index % TEMPERS.length] as Temper, stage);
	});
}

/** One leaves, then comes back, then the next: each a new group of the end-to-end encryption. */
async function* comeAndGo(talkers: readonly Talker[]): AsyncGenerator<void> {
	while (talkers.length > 0) {
		for (const talker of talkers) {
			talker.leave();
			yield;
			await talker.enter();
			yield;
		}
	}
}
