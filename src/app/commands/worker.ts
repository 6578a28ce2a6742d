import { Command } from 'commander';
import { SesError } from '../../domain/index.ts';
import { openInferenceWorker } from '../../inference/index.ts';
import { loadConfig } from '../config.ts';
import { askedToEnd, ended } from '../lifecycle.ts';
import { createLog } from '../log.ts';

/** `ses worker`: classifies what bots in other processes put on the Redis queue. */
export function workerCommand(): Command {
	return new Command('worker')
		.description('run inference workers for a Redis queue (needs REDIS_URL)')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.action(async (flags: { readonly config?: string }) => {
			const config = await loadConfig(flags.config);
			const { redisUrl } = config.inference;
			if (!redisUrl) {
				throw new SesError('SES_USAGE', {
					reason: 'A worker needs REDIS_URL; without Redis, inference runs in the bot.',
				});
			}
			const log = createLog(config.log);
			const end = askedToEnd(log);
			await using worker = await openInferenceWorker({ ...config.inference, redisUrl }, log);
			log.info({ model: worker.model, workers: worker.workers }, 'worker is ready');
			const reason = await ended(end);
			log.info({ reason: reason.message }, 'shutting down');
			process.exitCode = reason.exitCode;
		});
}
