import { type Bot, startBot } from '../bot/index.ts';
import { createChartRenderer } from '../charts/index.ts';
import type { AlertRecord, Log, MoodEntry } from '../domain/index.ts';
import { createInference } from '../inference/index.ts';
import { adaptiveReply, keptSettings } from '../middleware/index.ts';
import { openStore } from '../storage/index.ts';
import type { Config } from './config.ts';
import { diagnose } from './diagnosis.ts';
import { Engine } from './engine.ts';
import type { EventBus } from './event-bus.ts';
import { openReplies } from './rules/open.ts';
import { configuredSteps } from './steps.ts';
import { openTelemetry, traceEffect } from './telemetry/index.ts';
import { openConsole } from './web/open.ts';

/** The whole program, running. Disposing of it leaves the channels, drains what was accepted and closes. */
export interface Service extends AsyncDisposable {
	readonly bot: Bot;
}

/**
 * Joins the rooms: this is the one place that knows them all.
 *
 * @param tokens of the bot's accounts, the main one first
 * @param signal ends an attempt to start
 */
export async function startService(
	tokens: readonly string[],
	config: Config,
	bus: EventBus,
	log: Log,
	signal: AbortSignal,
): Promise<Service> {
	await using stack = new AsyncDisposableStack();
	const telemetry = stack.use(await openTelemetry(config, 'ses-bot', log));
	const { metrics } = telemetry;
	const store = stack.use(
		await openStore(config.storage, { onFailure: (error) => log.error({ error }, 'moods could not be written') }),
	);
	const inference = stack.use(
		await createInference(config.inference, { log, ...(metrics && { onBatch: metrics.onBatch }) }),
	);

	// The bot speaks for the middleware, and the middleware is there before the bot.
	let bot: Bot | undefined;
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
	const { unsureBelow, speechBelow } = inference;
	const rules = { ...config.judgement, unsureBelow, speechBelow };
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
						log,
					}),
				)
			: undefined;
	if (replies) stack.defer(bus.subscribe(replies.see));
	const engine = new Engine({
		queue: metrics?.queue(inference.queue) ?? inference.queue,
		rules,
		steps: configuredSteps(config.middleware, rules, {
			publish: bus.publish,
			moods,
			settingsOf,
			raise,
			adaptiveReply: adaptiveReply(replies?.replies),
		}),
		onStep: metrics?.onStep,
		bus,
		log,
		healthEveryMs: config.health.everyMs,
	});
	stack.use(engine);
	if (metrics) {
		metrics.workers(() => inference.stats());
		metrics.sessions(() => engine.sessions);
		stack.defer(bus.subscribe(metrics.reception()));
	}
	bus.subscribe((event) => {
		if (event.type === 'consent' && event.action === 'withdrawn') engine.withdrawn(event.guildId, event.speakerId);
	});
	const web = await openConsole(config, { store, inference, bus, log, bot: () => bot });
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
		charts: createChartRenderer(),
		listener: engine,
		publish: bus.publish,
		log,
		retentionDays: config.storage.retentionDays,
		diagnose: () => diagnose(inference, store),
		tuning: { segmenter: config.segmenter, reorder: config.reorder },
	};
	bot = await startBot(tokens, config.bot, services, signal);
	stack.use(bot);
	const running = stack.move();
	return { bot, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
