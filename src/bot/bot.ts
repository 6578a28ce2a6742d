import { type Client, Events } from 'discord.js';
import {
	type ChartRenderer,
	CONSENT_VERSION,
	type ConsentStore,
	type GuildSettingsStore,
	type Log,
	type MoodStore,
	type Notifier,
	type Publish,
	reasonOf,
	SesError,
} from '../domain/index.ts';
import { Attendance } from './attendance/attendance.ts';
import { COMMANDS } from './commands/index.ts';
import { ConsentGate } from './consent-gate.ts';
import { DISCORD_API } from './fleet/account.ts';
import { Fleet } from './fleet/fleet.ts';
import { onButton } from './listeners/button.ts';
import { onCommand } from './listeners/command.ts';
import { onVoiceState } from './listeners/voice-state-update.ts';
import { ListeningMarks, prepareCue } from './notice/index.ts';
import { type BotInput, botOptions } from './options.ts';
import type { EarTuning } from './reception/ear.ts';
import { Sessions } from './sessions.ts';
import type { SessionListener } from './stay.ts';

export interface BotServices {
	readonly consents: ConsentStore;
	readonly moods: MoodStore;
	readonly settings: GuildSettingsStore;
	readonly charts: ChartRenderer;
	readonly listener: SessionListener;
	readonly publish: Publish;
	readonly log: Log;
	readonly retentionDays: number;
	readonly tuning: EarTuning;
}

/** The running bot. */
export interface Bot extends Notifier, AsyncDisposable {
	/** The main account, which answers commands. */
	readonly client: Client<true>;
	readonly sessions: Sessions;
	/** Rejects when Discord ends the main account's session for good: a token that was reset, a bot that was banned. */
	readonly lost: Promise<never>;
}

/**
 * Logs in, registers the commands and starts to serve them.
 *
 * @param tokens the main account's, and those of further accounts that only listen
 * @param signal ends the attempt
 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE; or the signal's reason
 */
export async function startBot(
	tokens: string | readonly string[],
	input: BotInput,
	services: BotServices,
	signal: AbortSignal = new AbortController().signal,
): Promise<Bot> {
	const { log, publish } = services;
	const options = botOptions.parse(input);
	if (options.notice.joinCue === 'tone') prepareCue();
	await using stack = new AsyncDisposableStack();
	const fleet = stack.use(await Fleet.logIn([tokens].flat(), options, log, signal));
	const { main } = fleet;
	const gate = new ConsentGate(services.consents, services.moods);
	gate.onChange(({ action, guildId, userId }) =>
		publish({ type: 'consent', at: Date.now(), guildId, speakerId: userId, action, version: CONSENT_VERSION }),
	);
	const marks = new ListeningMarks(options.notice, log);
	const sessions = stack.use(new Sessions({ ...services, fleet, gate, marks, bot: options }));
	const attendance = stack.use(new Attendance({ ...services, fleet, gate, sessions, bot: options }));
	const welcome = async (guildId: string): Promise<void> => {
		await gate.load(guildId);
		await attendance.load(guildId);
	};
	await Promise.all(main.guilds.cache.map(({ id }) => welcome(id)));
	main.on(Events.GuildCreate, ({ id }) => {
		welcome(id).catch((error: unknown) => log.error({ error }, 'consents could not be read'));
	});
	const commands = { ...services, gate, sessions, attendance };
	main.on(Events.InteractionCreate, onCommand(commands));
	for (const client of fleet.clients) {
		// A button answers to the account that posted it.
		client.on(Events.InteractionCreate, onButton(commands));
		client.on(Events.VoiceStateUpdate, onVoiceState(client, sessions, attendance));
		client.on(Events.GuildAvailable, ({ id }) => {
			sessions.guildReturned(client, id);
			attendance.look(id);
		});
		for (const guild of client.guilds.cache.values()) void marks.tidy(guild);
	}
	try {
		await main.application.commands.set(COMMANDS.map(({ data }) => data.toJSON()));
	} catch (error) {
		const reason = `the commands could not be registered (${reasonOf(error)})`;
		throw new SesError('SES_DISCORD_UNREACHABLE', { base: options.apiBase ?? DISCORD_API, reason }, error);
	}
	const counts = { guilds: main.guilds.cache.size, accounts: fleet.clients.length, shards: main.ws.shards.size };
	log.info({ ...counts, commands: COMMANDS.length }, 'bot is ready');
	const running = stack.move();
	return {
		client: main,
		sessions,
		lost: fleet.lost,
		say: (channelId, text) => fleet.say(channelId, text),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
