import type { Effects, Log, Notifier, Publish, SesEvent } from '../../domain/index.ts';
import { AdaptiveReplies, type ReplyOptions, type SettingsOf } from '../../middleware/index.ts';
import { traceEffect } from '../telemetry/index.ts';
import { textGenerator } from './generator.ts';
import { loadRules, SHIPPED_RULES } from './load.ts';
import { RulesWatch } from './watch.ts';
import { webhookCaller } from './webhook.ts';

/** Rules on how long something has been so need no more. */
const TICK_MS = 5000;

export interface RepliesOptions {
	readonly options: ReplyOptions;
	/** What Discord can be made to do; nothing before the bot is there. */
	effects(): Omit<Effects, 'call'> | undefined;
	readonly settingsOf: SettingsOf;
	/** A community's language, for what is said before anyone was heard. */
	localeOf(guildId: string): Promise<string>;
	readonly publish: Publish;
	/** Says what is to be said, in place of the bot. */
	readonly notifier?: Notifier | undefined;
	readonly log: Log;
}

export interface Replies extends AsyncDisposable {
	readonly replies: AdaptiveReplies;
	/** Sees all that happens: a session that starts is something that rules may ask about. */
	readonly see: (event: SesEvent) => void;
}

/**
 * Reads the rules, follows their file, and lets them speak.
 *
 * @throws {SesError} SES_RULES_UNREADABLE, SES_RULES_INVALID
 */
export async function openReplies({
	options,
	effects,
	notifier,
	log,
	localeOf,
	...rest
}: RepliesOptions): Promise<Replies> {
	await using stack = new AsyncDisposableStack();
	const file = options.rulesFile ?? SHIPPED_RULES;
	const loaded = await loadRules(file);
	const call = webhookCaller(options.privateWebhooks, log);
	const act = (what: (bot: Omit<Effects, 'call'>) => Promise<boolean>): Promise<boolean> =>
		traceEffect('say', async () => {
			const bot = effects();
			return bot ? what(bot) : false;
		});
	const replies = new AdaptiveReplies(loaded, {
		...rest,
		log,
		channel: { cooldownMs: options.cooldownMs, perHour: options.perHour },
		timeZone: options.timeZone,
		effects: {
			call: (...args) => traceEffect('call', () => call(...args)),
			say: (...args) => (notifier ? traceEffect('say', () => notifier.say(...args)) : act((bot) => bot.say(...args))),
			embed: (...args) => act((bot) => bot.embed(...args)),
			react: (...args) => act((bot) => bot.react(...args)),
			suggestSlowMode: (...args) => act((bot) => bot.suggestSlowMode(...args)),
			soundboard: (...args) => act((bot) => bot.soundboard(...args)),
			play: (...args) => act((bot) => bot.play(...args)),
		},
		phrase: textGenerator(options.generator, log),
	});
	stack.use(replies);
	stack.use(await RulesWatch.open({ file, log, onRules: (changed) => replies.replace(changed) }));
	const timer = setInterval(() => replies.tick(Date.now()), TICK_MS).unref();
	stack.defer(() => clearInterval(timer));
	const running = stack.move();
	return {
		replies,
		see: (event) => {
			if (event.type !== 'session' || event.status !== 'started') return;
			const { sessionId, guildId, channelId, at } = event;
			localeOf(guildId).then(
				(locale) => replies.started({ sessionId, guildId, channelId, locale }, at),
				(error: unknown) => log.error({ error }, 'rules could not be told of a session'),
			);
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
