import { Command } from 'commander';
import { SesError } from '../../domain/index.ts';
import { openInferenceWorker } from '../../inference/index.ts';
import { loadConfig } from '../config.ts';
import { openHealthServer, Readiness } from '../health/index.ts';
import { askedToEnd, EndRequest, ended, leave } from '../lifecycle.ts';
import { createLog } from '../log.ts';
import { openTelemetry } from '../telemetry/index.ts';

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
			const readiness = new Readiness(['model', 'redis', 'worker']);
			end.addEventListener('abort', () => readiness.drain(), { once: true });
			await using health = await openHealthServer(config.health, readiness);
			if (health) log.info({ url: health.url }, 'health endpoints are open');
			await using telemetry = await openTelemetry(config, 'ses-worker', log);
			const { metrics } = telemetry;
			let redis = 'connecting';
			let reason: EndRequest | SesError;
			{
				await using worker = await openInferenceWorker({ ...config.inference, redisUrl }, log, {
					onModelReady: () => readiness.set('model', true),
					onRedisState: ({ status }) => {
						redis = status;
						readiness.set('redis', status === 'ready');
					},
					...(metrics && { onBatch: metrics.onBatch }),
				});
				readiness.set('worker', true);
				metrics?.workers(() => ({ workers: worker.workers, restarts: worker.restarts, redis: { status: redis } }));
				const { model, workers, provider } = worker;
				log.info({ model, workers, provider }, 'worker is ready');
				reason = await Promise.race([ended(end), worker.lost]);
				readiness.drain();
				log.info({ reason: reason.message }, 'shutting down');
			}
			leave(reason instanceof EndRequest ? reason.exitCode : 1);
			if (reason instanceof SesError) throw reason;
		});
}
