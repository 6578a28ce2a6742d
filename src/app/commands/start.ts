import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { EventBus } from '../event-bus.ts';
import { openHealthServer, Readiness } from '../health/index.ts';
import { askedToEnd, EndRequest, ended, leave } from '../lifecycle.ts';
import { createLog } from '../log.ts';
import { startService } from '../service.ts';
import { readTokens } from '../tokens.ts';

interface StartFlags {
	readonly config?: string;
	readonly json?: boolean;
}

/** `ses start`: runs the bot until it is asked to end. */
export function startCommand(): Command {
	return new Command('start')
		.description('run the bot (needs DISCORD_TOKEN; DISCORD_TOKENS for further accounts)')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--json', 'print every event as a JSON line on standard output')
		.action(async (flags: StartFlags) => {
			const tokens = readTokens(process.env);
			const config = await loadConfig(flags.config);
			const log = createLog(config.log);
			const bus = new EventBus(log);
			if (flags.json) bus.subscribe((event) => process.stdout.write(`${JSON.stringify(event)}\n`));
			const end = askedToEnd(log);
			const readiness = new Readiness(['service']);
			end.addEventListener('abort', () => readiness.drain(), { once: true });
			await using health = await openHealthServer(config.health, readiness);
			if (health) log.info({ url: health.url }, 'health endpoints are open');
			let reason: EndRequest;
			try {
				await using service = await startService(tokens, config, bus, log, end);
				readiness.set('service', true);
				reason = await Promise.race([ended(end), service.bot.lost]);
				readiness.drain();
				log.info({ reason: reason.message }, 'shutting down');
			} catch (error) {
				if (!(error instanceof EndRequest)) throw error;
				reason = error;
			}
			bus.publish({ type: 'end', at: Date.now(), reason: reason.message });
			leave(reason.exitCode);
		});
}
