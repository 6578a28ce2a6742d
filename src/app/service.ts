import { type AccountSource, type Bot, startBot } from '../bot/index.ts';
import { createThreadedChartRenderer } from '../charts/index.ts';
import type { AlertRecord, InferenceQueue, Log, MoodEntry, MoodStore, Notifier, SesEvent } from '../domain/index.ts';
import { createInference } from '../inference/index.ts';
import { type Arrangement, adaptiveReply, type EmotionContext, keptSettings } from '../middleware/index.ts';
import { openStore } from '../storage/index.ts';
import type { Config } from './config.ts';
import { diagnose } from './diagnosis.ts';
import { configuredEngine, type Engine } from './engine.ts';
import type { EventBus } from './event-bus.ts';
import { keptElsewhere } from './moods.ts';
import { openReplies } from './rules/open.ts';
import { openTelemetry, traceEffect } from './telemetry/index.ts';
import { openAudioIntake } from './web/audio-intake.ts';
import { openConsole } from './web/open.ts';

/** The whole program, running. Disposing of it leaves the channels, drains what was accepted and closes. */
export interface Service extends AsyncDisposable {
	readonly bot: Bot;
	readonly engine: Engine;
}

/** Parts that whoever embeds the program brings in place of ours. They stay theirs to close. */
export interface ServiceParts {
	readonly queue?: InferenceQueue | undefined;
	/** Says in channels what rules want said. */
	readonly notifier?: Notifier | undefined;
	readonly moodStore?: MoodStore | undefined;
	readonly steps?: Arrangement<EmotionContext> | undefined;
}

/**
 * Joins the rooms: this is the one place that knows them all.
 *
 * @param accounts tokens of the bot's accounts or clients that are lent to it, the main one first
 * @param signal ends an attempt to start
 */
export async function startService(
	accounts: readonly AccountSource[],
	config: Config,
	bus: EventBus,
	log: Log,
	signal: AbortSignal,
	parts: ServiceParts = {},
): Promise<Service> {
	await using stack = new AsyncDisposableStack();
	const telemetry = stack.use(await openTelemetry(config, 'ses-bot', log));
	const { metrics } = telemetry;
	const opened = stack.use(
		await openStore(config.storage, { onFailure: (error) => log.error({ error }, 'moods could not be written') }),
	);
	// The bot speaks for the middleware, and the middleware is there before the bot.
	let bot: Bot | undefined;
	const elsewhere =
		parts.moodStore &&
		stack.use(
			keptElsewhere(opened, {
				moods: parts.moodStore,
				retentionDays: config.storage.retentionDays,
				guildIds: () => bot?.client.guilds.cache.keys() ?? [],
				log,
			}),
		);
	const store = elsewhere ?? opened;
	const inference = stack.use(
		await createInference(config.inference, {
			log,
			...(metrics && { onBatch: metrics.onBatch }),
			...(parts.queue && { queue: parts.queue }),
		}),
	);

	const moods = { record: (entry: MoodEntry) => traceEffect('record', () => store.moods.record(entry)) };
	const settingsOf = keptSettings(
		(guildId) => store.settings.get(guildId),
		(error) => log.error({ error }, 'settings of a community could not be read'),
	);
	const raise = async (alert: AlertRecord): Promise<void> => {
		// Moderators are called even if the alert cannot be kept.
		await store.alerts.add(alert).catch((error) => log.error({ error }, 'an alert could not be kept'));
		if (alert.mode === 'live') await traceEffect('alert', async () => void (await bot?.alerts.post(alert)));
	};
	const { replies: saying, steps } = config.middleware;
	const replies =
		saying.enabled && steps.includes('adaptive-reply')
			? stack.use(
					await openReplies({
						options: saying,
						effects: () => bot?.effects,
						settingsOf,
						localeOf: async (guildId) => {
							const chosen = (await settingsOf(guildId)).locale ?? config.bot.locale;
							return chosen ?? bot?.client.guilds.cache.get(guildId)?.preferredLocale ?? 'en';
						},
						publish: bus.publish,
						notifier: parts.notifier,
						log,
					}),
				)
			: undefined;
	const queue = metrics?.queue(inference.queue) ?? inference.queue;
	const engine = configuredEngine(config, {
		queue,
		inference,
		effects: { publish: bus.publish, moods, settingsOf, raise, adaptiveReply: adaptiveReply(replies?.replies) },
		arrangement: parts.steps,
		onStep: metrics?.onStep,
		bus,
		log,
	});
	stack.use(engine);
	if (replies) {
		// Rules speak where the bot is; voices from elsewhere are not their business.
		const see = (event: SesEvent): void => {
			if ('sessionId' in event && engine.hears(event.sessionId)) replies.see(event);
		};
		stack.defer(bus.subscribe(see));
	}
	if (metrics) {
		metrics.workers(() => inference.stats());
		metrics.sessions(() => engine.sessions);
		stack.defer(bus.subscribe(metrics.reception()));
	}
	bus.subscribe((event) => {
		if (event.type === 'consent' && event.action === 'withdrawn') engine.withdrawn(event.guildId, event.speakerId);
	});
	const audio =
		config.web.enabled && config.web.audio.enabled
			? stack.use(openAudioIntake(config, { queue, inference, settingsOf, onStep: metrics?.onStep, bus, log }))
			: undefined;
	const web = await openConsole(config, { store, inference, bus, log, bot: () => bot, audio });
	if (web) stack.use(web);
	const services = {
		consents: store.consents,
		moods: store.moods,
		settings: store.settings,
		alerts: store.alerts,
		audit: store.audit,
		alerting: {
			mode: config.middleware.escalation.mode,
			channelId: config.middleware.escalation.alertChannelId,
			thresholds: { warm: config.middleware.heat.warmAt, hot: config.middleware.heat.hotAt },
			// One that only this machine reaches is of no use in a message.
			...(web && config.web.publicUrl && { consoleUrl: web.url }),
		},
		charts: stack.use(createThreadedChartRenderer()),
		listener: engine,
		publish: bus.publish,
		log,
		retentionDays: config.storage.retentionDays,
		diagnose: () => diagnose(inference, store),
		tuning: { segmenter: config.segmenter, reorder: config.reorder },
	};
	bot = await startBot(accounts, config.bot, services, signal);
	stack.use(bot);
	// Only now is it known which communities there are.
	void elsewhere?.purge();
	const running = stack.move();
	return { bot, engine, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
