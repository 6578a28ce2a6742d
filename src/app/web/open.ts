import { fileURLToPath } from 'node:url';
import type { Bot } from '../../bot/index.ts';
import type { AlertRecord, Log } from '../../domain/index.ts';
import { type Inference, openQueueBoard } from '../../inference/index.ts';
import type { Store } from '../../storage/index.ts';
import type { AlertDesk, AlertOutcome, AudioIntake, Directory, InferenceFigures, Web } from '../../web/index.ts';
import type { Config } from '../config.ts';
import type { EventBus } from '../event-bus.ts';

const CONSOLE = fileURLToPath(new URL('../../../console/dist', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../../examples/dist', import.meta.url));

export interface WebParts {
	readonly store: Store;
	readonly inference: Inference;
	readonly bus: EventBus;
	readonly log: Log;
	/** Where voices from elsewhere are heard; absent where they are not wanted. */
	readonly audio?: AudioIntake | undefined;
	/** Not there yet while the bot logs in. */
	readonly bot: () => Bot | undefined;
}

/** Names as Discord has them at this moment. */
const directoryOf = (bot: () => Bot | undefined): Directory => ({
	guilds: () => bot()?.client.guilds.cache.map(({ id, name }) => ({ id, name })) ?? [],
	channelName: (guildId, channelId) => bot()?.client.guilds.cache.get(guildId)?.channels.cache.get(channelId)?.name,
	memberName: async (guildId, userId) => {
		try {
			const member = await bot()?.client.guilds.cache.get(guildId)?.members.fetch(userId);
			return member?.displayName;
		} catch {
			// Left, or Discord does not say.
			return undefined;
		}
	},
});

/** The same desk as behind the buttons in Discord; the message there follows what happens here. */
function deskOf(bot: () => Bot | undefined): AlertDesk {
	const shown = async (work: Promise<AlertOutcome> | undefined): Promise<AlertOutcome> => {
		const outcome = (await work) ?? { status: 'unknown' };
		if (outcome.status === 'done') void refresh(outcome.alert);
		return outcome;
	};
	const refresh = async (alert: AlertRecord): Promise<void> => bot()?.alertDesk.board.refresh(alert);
	return {
		acknowledge: (who, alertId) => shown(bot()?.alertDesk.actions.acknowledge(who, alertId)),
		judge: (who, alertId, verdict) => shown(bot()?.alertDesk.actions.judge(who, alertId, verdict)),
		reveal: async (who, alertId, reason) => bot()?.alertDesk.actions.reveal(who, alertId, reason),
	};
}

function figuresOf(inference: Inference): InferenceFigures {
	const { workers, restarts, provider, redis, ...rest } = inference.stats();
	const queue = Object.fromEntries(
		Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
	);
	return {
		model: inference.model.name,
		workers,
		restarts,
		...(provider && { provider }),
		...(redis && { redis: redis.status }),
		queue,
	};
}

/**
 * Opens console and feed, as far as they are wanted. What is not is not even loaded.
 *
 * @throws {SesError} SES_PORT_UNUSABLE, SES_WEB_TOKENS
 */
export async function openConsole(config: Config, parts: WebParts): Promise<Web | undefined> {
	if (!config.web.enabled) return undefined;
	const { store, inference, bus, log, bot, audio } = parts;
	const { openWeb } = await import('../../web/index.ts');
	await using stack = new AsyncDisposableStack();
	const { redisUrl, redisPrefix } = config.inference;
	const board = redisUrl && stack.use(await openQueueBoard({ redisUrl, redisPrefix, basePath: '/queues' }));
	const services = {
		alerts: store.alerts,
		desk: deskOf(bot),
		consents: store.consents,
		settings: store.settings,
		directory: directoryOf(bot),
		retentionDays: config.storage.retentionDays,
		inference: () => figuresOf(inference),
		...(board && { queues: board.app }),
		audio,
		consoleFolder: CONSOLE,
		examplesFolder: EXAMPLES,
		log,
	};
	const web = stack.use(await openWeb(config.web, services));
	stack.defer(bus.subscribe((event) => web.see(event)));
	log.info({ url: web.url, signIn: web.signInUrl }, 'console is open; the link signs an operator in, once');
	// A parent process that started the bot for somebody (the demo) shows them the way.
	process.send?.({ type: 'console', url: web.url, signIn: web.signInUrl, examples: web.exampleUrls });
	const running = stack.move();
	return { ...web, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
