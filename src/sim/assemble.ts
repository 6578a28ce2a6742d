import { Certificate } from './certificate.ts';
import { EventLog } from './events.ts';
import { Faults } from './faults/index.ts';
import { GatewayServer, SessionStarts } from './gateway/index.ts';
import { MessageRules } from './message-rules.ts';
import { World } from './model/index.ts';
import { RateLimits, type RestRule, RestServer } from './rest/index.ts';
import { RuleBook } from './rules.ts';
import {
	BotRoster,
	Channels,
	CommandRegistry,
	Dispatcher,
	InteractionDesk,
	MessageBoard,
	VoiceStates,
} from './service/index.ts';
import { type SimulatedDiscordOptions, simulatedDiscordOptions } from './simulated-discord-options.ts';
import { Stalls, VoiceRegions } from './voice/index.ts';

/** What a simulation is made of. */
export type Parts = Awaited<ReturnType<typeof assemble>>;

/** Starts the servers of a simulation and joins them. @throws ZodError when the options are not valid */
export async function assemble(options: SimulatedDiscordOptions) {
	const { guilds, bots, voice, gateway: gatewaySettings } = simulatedDiscordOptions.parse(options);
	const world = new World();
	for (const guild of guilds) world.addGuild(guild);
	for (const bot of bots) world.addBot(bot);
	const events = new EventLog();
	const dispatcher = new Dispatcher();
	const board = new MessageBoard(world, dispatcher, events);
	const commands = new CommandRegistry(world, events);
	const channels = new Channels(dispatcher, events);
	const interactions = new InteractionDesk(world, dispatcher, board, events);
	const voiceStates = new VoiceStates(world, dispatcher, events);
	const roster = new BotRoster(world, dispatcher, voiceStates);

	const { dave, network: policy, ...voiceSettings } = voice;
	const network = { policy };
	const stalls = new Stalls();
	const voiceRules = new MessageRules<number>();
	const gatewayRules = new MessageRules<string>();
	const restRules = new RuleBook<RestRule>();
	const limits = new RateLimits();

	await using started = new AsyncDisposableStack();
	const certificate = started.use(await Certificate.create());
	const regions = started.use(
		await VoiceRegions.start({
			...voiceSettings,
			certificate,
			stalls,
			rules: voiceRules,
			dave: dave === true ? 'required' : dave === false ? 'off' : dave,
			network: () => network.policy,
			admit: (credentials) => voiceStates.admit(credentials),
			mayBeHeard: ({ guildId, userId }) => !world.guild(guildId).members.get(userId)?.serverMute,
			listens: (userId) => world.listens(userId),
		}),
	);
	voiceStates.use(regions);
	const { guildsPerShard, sessionStarts, ...gatewayServerSettings } = gatewaySettings;
	const starts = new SessionStarts(sessionStarts);
	const gateway = started.use(
		await GatewayServer.start({
			...gatewayServerSettings,
			starts,
			world,
			dispatcher,
			voiceStates,
			events,
			rules: gatewayRules,
		}),
	);
	const gatewayUrl = () => gateway.url;
	const rest = await RestServer.start({
		world,
		dispatcher,
		events,
		commands,
		channels,
		interactions,
		board,
		voiceStates,
		gatewayUrl,
		guildsPerShard,
		starts,
		limits,
		rules: restRules,
	});
	const faults = new Faults(
		{ world, regions, events, voiceStates, network, stalls, rules: voiceRules },
		[gateway, gatewayRules],
		{ rest, limits, rules: restRules },
	);
	started.move();
	return {
		world,
		events,
		board,
		channels,
		commands,
		interactions,
		dispatcher,
		voiceStates,
		roster,
		certificate,
		regions,
		gateway,
		rest,
		faults,
	};
}
