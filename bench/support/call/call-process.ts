/**
 * A process of its own for everything that is not to be measured: a simulated Discord and members who
 * speak through real voice connections. It is driven over IPC by {@link RemoteCall}.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { cleanNetwork, SILENCE_FRAME, SimulatedDiscord, type SimulatedMember } from '../../../src/sim/index.ts';
import { speechPackets } from '../speech.ts';
import { converse } from './conversation.ts';
import { type Answer, callOptions, type Request, request, type Talk } from './messages.ts';
import { workingState } from './working-state.ts';

const CHANNEL = 'lounge';
const GATHER_MS = 120_000;
/** As Discord's clients end a burst. */
const SILENCE_FRAMES = 5;

const options = callOptions.parse(JSON.parse(process.argv[2] ?? ''));
const tell = (answer: Answer): void => void process.send?.(answer);

function guildOf(index: number): string {
	return `Bench ${index % options.channels}`;
}

let botId: string | undefined;

const discord = await SimulatedDiscord.start({
	guilds: Array.from({ length: options.channels }, (_, index) => ({
		name: guildOf(index),
		channels: [{ name: 'general' }, { name: CHANNEL, kind: 'voice' as const }],
	})),
	bots: [
		{ token: options.token, name: 'Ears' },
		{ token: options.bystanderToken, name: 'Bystander' },
	],
	voice: {
		network: (packet) => (packet.receiverId === botId ? cleanNetwork(packet) : []),
	},
});
const clips = await speechPackets(options.speakers);
const members: SimulatedMember[] = clips.map((_, index) =>
	discord.createMember({
		name: `Speaker ${index}`,
		guild: guildOf(index),
		permissions: index < options.channels ? PermissionFlagsBits.ManageGuild : 0n,
		listens: false,
	}),
);
let gathered = 0;

async function gather(count: number): Promise<void> {
	const deadline = { timeoutMs: GATHER_MS };
	({ botId } = await discord.waitFor('commands-registered', undefined, { ...deadline, since: 0 }));
	const newcomers = members.slice(gathered, count);
	for (const member of newcomers) {
		await member.join(CHANNEL, deadline);
		await member.command('consent give', {}, deadline);
	}
	// The first of each channel.
	const hosts = members.slice(gathered, Math.min(count, options.channels));
	for (const host of hosts) await host.command('emotion join', {}, deadline);
	// Whoever speaks for the first time has to be announced to the others.
	await Promise.all(newcomers.map((member, index) => member.speak((clips[gathered + index] as Buffer[]).slice(0, 10))));
	gathered = Math.max(gathered, count);
	const speakers = members.slice(0, gathered).map(({ id, connection }) => ({
		userId: id,
		ssrc: workingState(connection).connectionData.ssrc,
	}));
	tell({ type: 'gathered', speakers });
}

async function speak({ packets, together, everyMs }: Talk): Promise<void> {
	const begun = performance.now();
	for (let packet = 0; packet < packets + SILENCE_FRAMES; packet++) {
		if (packet % together === 0) await delay(Math.max(0, begun + (packet / together) * everyMs - performance.now()));
		for (const [index, { connection }] of members.entries()) {
			const clip = clips[index] as Buffer[];
			connection?.playOpusPacket(packet < packets ? (clip[packet % clip.length] as Buffer) : SILENCE_FRAME);
		}
	}
	tell({ type: 'spoken', packets: members.length * (packets + SILENCE_FRAMES) });
}

function answer(asked: Request): Promise<void> {
	switch (asked.type) {
		case 'gather':
			return gather(asked.speakers ?? members.length);
		case 'speak':
			return speak(asked);
		case 'converse': {
			const talkers = members.slice(0, asked.speakers);
			return converse(talkers, asked.durationMs).then((said) => tell({ type: 'conversed', ...said }));
		}
		case 'close':
			return close();
	}
}

process.on('message', (message) => {
	answer(request.parse(message)).catch((error: unknown) => tell({ type: 'failed', reason: `${error}` }));
});
// Whoever drives it is gone: so is the need for it.
process.on('disconnect', () => void close());

async function close(): Promise<void> {
	await discord[Symbol.asyncDispose]();
	process.exit(0);
}

const { id: channelId, guildId } = discord.channel(CHANNEL, guildOf(0));
tell({ type: 'open', apiBase: discord.apiBase, caCertificate: discord.caCertificate, guildId, channelId });
