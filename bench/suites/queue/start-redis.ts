import { startRedisApart, type TestRedis } from '../../../test/support/redis.ts';
import { findTool } from '../../../test/support/tools.ts';

/** A Redis of the benchmark's own on a free port; nothing is installed for it. */
export async function startRedisIfFound(): Promise<TestRedis | undefined> {
	return (await findTool('redis-server')) ? startRedisApart() : undefined;
}
