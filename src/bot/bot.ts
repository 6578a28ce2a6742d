import { type Client, Events, type Interaction } from 'discord.js';
import {
	type AlertStore,
	type AuditStore,
	type ChartRenderer,
	CONSENT_VERSION,
	type ConsentStore,
	type Effects,
	type GuildSettingsStore,
	type Log,
	type MoodStore,
	type Notifier,
	type Publish,
	reasonOf,
	SesError,
} from '../domain/index.ts';
import { ALERTING_DEFAULTS, type AlertBoard, type AlertDesk, type AlertingOptions, alertDesk } from './alerts/index.ts';
import { Attendance } from './attendance/attendance.ts';
import { COMMANDS, type Diagnosis } from './commands/index.ts';
import { ConsentGate } from './consent-gate.ts';
import { DiscordEffects } from './effects/discord-effects.ts';
import { type AccountSource, DISCORD_API } from './fleet/account.ts';
import { Fleet } from './fleet/fleet.ts';
import { listen } from './fleet/listen.ts';
import { isOurComponent, onInteraction } from './listeners/interaction.ts';
import { onVoiceState } from './listeners/voice-state-update.ts';
import { SlowModes } from './moderation/slow-modes.ts';
import { ListeningMarks, prepareCue } from './notice/index.ts';
import { type BotInput, botOptions } from './options.ts';
import type { EarTuning } from './reception/ear.ts';
import { Sessions } from './sessions.ts';
import { CommunitySettings } from './setup/community-settings.ts';
import type { SessionListener } from './stay.ts';

export interface BotServices {
	readonly consents: ConsentStore;
	readonly moods: MoodStore;
	readonly settings: GuildSettingsStore;
	readonly alerts: AlertStore;
	readonly audit: AuditStore;
	/** What the operator decided about alerts. */
	readonly alerting?: AlertingOptions;
	readonly charts: ChartRenderer;
	readonly listener: SessionListener;
	readonly publish: Publish;
	readonly log: Log;
	readonly retentionDays: number;
	/** How the model, the store and the queue are, for `/emotion doctor`. */
	readonly diagnose?: () => Promise<readonly Diagnosis[]>;
	readonly tuning: EarTuning;
}

/** The running bot. */
export interface Bot extends Notifier, AsyncDisposable {
	/** The main account, which answers commands. */
	readonly client: Client<true>;
	readonly sessions: Sessions;
	/** Calls moderators in their channel. */
	readonly alerts: Pick<AlertBoard, 'post' | 'tell'>;
	/** What moderators do with alerts, for whoever offers it elsewhere, too. */
	readonly alertDesk: AlertDesk;
	/** What it does for rules. */
	readonly effects: Omit<Effects, 'call'>;
	/** Answers to an interaction of the main account, once, if it is ours. @returns whether it is */
	handle(interaction: Interaction): Promise<boolean>;
	/** Rejects when Discord ends the main account's session for good: a token that was reset, a bot that was banned. */
	readonly lost: Promise<never>;
}

/**
 * Logs in, registers the commands and starts to serve them. Whoever lends the client of the main account keeps
 * its commands: they register ours among theirs and hand in what is asked of them ({@link Bot.handle}).
 *
 * @param accounts the main account's token or client, and those of further accounts that only listen
 * @param signal ends the attempt
 * @throws {SesError} SES_TOKEN_REFUSED, SES_DISCORD_UNREACHABLE, SES_CLIENT_UNUSABLE; or the signal's reason
 */
export async function startBot(
	accounts: AccountSource | readonly AccountSource[],
	input: BotInput,
	services: BotServices,
	signal: AbortSignal = new AbortController().signal,
): Promise<Bot> {
	const { log, publish } = services;
	const options = botOptions.parse(input);
	if (options.notice.joinCue === 'tone') prepareCue();
	await using stack = new AsyncDisposableStack();
	const sources = [accounts].flat();
	const isLent = typeof sources[0] === 'object';
	const fleet = stack.use(await Fleet.logIn(sources, options, log, signal));
	const { main } = fleet;
	const gate = new ConsentGate(services.consents, services.moods);
	gate.onChange(({ action, guildId, userId }) =>
		publish({ type: 'consent', at: Date.now(), guildId, speakerId: userId, action, version: CONSENT_VERSION }),
	);
	const marks = new ListeningMarks(options.notice, log);
	const community = new CommunitySettings({ settings: services.settings, bot: options });
	const load = async (guildId: string): Promise<void> => {
		await Promise.all([gate.load(guildId), community.load(guildId)]);
	};
	// Before anything joins by itself: whether it may is among what is read.
	await Promise.all(main.guilds.cache.map(({ id }) => load(id)));
	const sessions = stack.use(new Sessions({ ...services, fleet, gate, marks, community, bot: options }));
	const attendance = stack.use(new Attendance({ fleet, gate, sessions, community, bot: options, log }));
	for (const id of main.guilds.cache.keys()) attendance.look(id);
	const onGuild = ({ id }: { readonly id: string }): void => {
		load(id).then(
			() => {
				attendance.look(id);
				slowModes.resume(id);
			},
			(error: unknown) => log.error({ error }, 'consents could not be read'),
		);
	};
	stack.defer(listen(main, Events.GuildCreate, onGuild));
	const alerting = services.alerting ?? ALERTING_DEFAULTS;
	const desk = alertDesk({ ...services, client: main, community, alerting });
	const slowModes = stack.use(new SlowModes({ client: main, community, audit: services.audit, log, clock: Date.now }));
	for (const id of main.guilds.cache.keys()) slowModes.resume(id);
	const tell: AlertBoard['tell'] = (...message) => desk.board.tell(...message);
	const effects = stack.use(new DiscordEffects({ fleet, sessions, tell, slowModes, log }));
	const commands = {
		diagnose: async () => [],
		...services,
		gate,
		sessions,
		attendance,
		community,
		alertDesk: desk,
		slowModes,
	};
	const handle = onInteraction(commands);
	for (const client of fleet.clients) {
		const onCreated = (interaction: Interaction): void => {
			// A button answers to the account that posted it; a command in a client that others use as well, to them first.
			if (isOurComponent(interaction) || (client === main && !isLent)) void handle(interaction);
		};
		const onAvailable = ({ id }: { readonly id: string }): void => {
			sessions.guildReturned(client, id);
			attendance.look(id);
		};
		stack.defer(listen(client, Events.InteractionCreate, onCreated));
		stack.defer(listen(client, Events.VoiceStateUpdate, onVoiceState(client, sessions, attendance)));
		stack.defer(listen(client, Events.GuildAvailable, onAvailable));
		for (const guild of client.guilds.cache.values()) void marks.tidy(guild);
	}
	try {
		if (!isLent) await main.application.commands.set(COMMANDS.map(({ data }) => data.toJSON()));
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
		alerts: desk.board,
		alertDesk: desk,
		effects,
		handle,
		lost: fleet.lost,
		say: (channelId, text) => fleet.say(channelId, text),
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
