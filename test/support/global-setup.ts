import { ensureTools } from './tools.ts';

/** Runs once before all tests: what they start must be there. */
export default async function setup(): Promise<void> {
	await ensureTools(['redis-server', 'ffmpeg']);
}
