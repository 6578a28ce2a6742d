import '../../../disposable.ts';
import { SesError } from '../../../domain/index.ts';
import { loadConfig } from '../../config.ts';
import { type Analyst, openAnalyst } from '../analyst.ts';
import { type Request, type Response, requestSchema } from './messages.ts';

/** A process of a batch: one recording after the other, until its parent hangs up. */
const tell = (response: Response): void => void process.send?.(response);
const PROGRESS_EVERY_MS = 250;

let analyst: Analyst | undefined;

async function serve(request: Request): Promise<void> {
	if (request.type === 'start') {
		analyst = await openAnalyst(await loadConfig(request.config), request.flags);
		tell({ type: 'ready' });
		return;
	}
	let nextAt = 0;
	const digest = await (analyst as Analyst).report(request.file, request.target, ({ positionMs, durationMs }) => {
		if (performance.now() < nextAt) return;
		nextAt = performance.now() + PROGRESS_EVERY_MS;
		tell({ type: 'progress', positionMs, ...(durationMs !== undefined && { durationMs }) });
	});
	tell({ type: 'done', digest: { ...digest, summary: [...digest.summary] } });
}

process.on('message', (message) => {
	serve(requestSchema.parse(message)).catch((error: unknown) => {
		if (!(error instanceof SesError)) throw error;
		const { code, message: text, hint } = error;
		tell({ type: 'failed', fault: { code, message: text, hint } });
	});
});
// The parent ends the work: its Ctrl-C reaches the whole group, and half a report is none.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
