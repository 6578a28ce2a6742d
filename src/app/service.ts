import { type Bot, startBot, translate } from '../bot/index.ts';
import { createChartRenderer } from '../charts/index.ts';
import type { AlertEvent, Log, MoodEntry, Notifier } from '../domain/index.ts';
import { createInference } from '../inference/index.ts';
import {
	adaptiveReply,
	channelHeat,
	consentGate,
	type EmotionContext,
	escalation,
	fatigue,
	moodRecorder,
	smoothing,
} from '../middleware/index.ts';
import { openStore } from '../storage/index.ts';
import type { Config } from './config.ts';
import { Engine } from './engine.ts';
import type { EventBus } from './event-bus.ts';
import { openTelemetry, traceEffect } from './telemetry/index.ts';

/** What moderators read: about a channel, reason by reason, and nobody's name. */
function alertMessage({ score, contributors, reasons }: AlertEvent, { channelId, locale }: EmotionContext): string {
	const values = { channel: `<#${channelId}>`, heat: Math.round(score * 100), members: contributors };
	return [
		translate(locale, 'alert.title', values),
		...reasons.map(({ code, points }) => `+${points.toFixed(2)} ${translate(locale, `reason.${code}`)}`),
		translate(locale, 'alert.footer'),
	].join('\n');
}

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
	const notifier: Notifier = {
		say: (channelId, text) => traceEffect('say', async () => (await bot?.say(channelId, text)) ?? false),
	};
	const moods = { record: (entry: MoodEntry) => traceEffect('record', () => store.moods.record(entry)) };
	const { smoothing: smooth, heat, escalation: escalate, replies, fatigue: tired } = config.middleware;
	const engine = new Engine({
		queue: metrics?.queue(inference.queue) ?? inference.queue,
		rules: { ...config.judgement, unsureBelow: inference.unsureBelow, speechBelow: inference.speechBelow },
		steps: [
			consentGate(),
			moodRecorder(moods),
			fatigue(bus.publish, tired),
			smoothing(smooth),
			channelHeat(bus.publish, heat),
			escalation(notifier, bus.publish, alertMessage, escalate),
			adaptiveReply(notifier, bus.publish, (cause, locale) => translate(locale, `reply.${cause}`), replies),
		],
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
	const services = {
		consents: store.consents,
		moods: store.moods,
		settings: store.settings,
		charts: createChartRenderer(),
		listener: engine,
		publish: bus.publish,
		log,
		retentionDays: config.storage.retentionDays,
		tuning: { segmenter: config.segmenter, reorder: config.reorder },
	};
	bot = await startBot(tokens, config.bot, services, signal);
	stack.use(bot);
	const running = stack.move();
	return { bot, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
