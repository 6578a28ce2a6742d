import { Command } from 'commander';
import { SesError } from '../../domain/index.ts';
import { loadConfig } from '../config.ts';
import { EventBus } from '../event-bus.ts';
import { askedToEnd } from '../lifecycle.ts';
import { createLog } from '../log.ts';
import { startService } from '../service.ts';

interface StartFlags {
	readonly config?: string;
	readonly json?: boolean;
}

/** `ses start`: runs the bot until it is asked to end. */
export function startCommand(): Command {
	return new Command('start')
		.description('run the bot (needs DISCORD_TOKEN)')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.option('--json', 'print every event as a JSON line on standard output')
		.action(async (flags: StartFlags) => {
			const token = process.env['DISCORD_TOKEN'];
			if (!token) throw new SesError('SES_TOKEN_MISSING');
			const config = await loadConfig(flags.config);
			const log = createLog(config.log);
			const bus = new EventBus(log);
			if (flags.json) bus.subscribe((event) => process.stdout.write(`${JSON.stringify(event)}\n`));
			const end = askedToEnd(log);
			const service = await startService(token, config, bus, log);
			const reason = await end;
			log.info({ reason }, 'shutting down');
			await service[Symbol.asyncDispose]();
			bus.publish({ type: 'end', at: Date.now(), reason });
		});
}
