import type { QueueBoard, QueueBoardOptions } from './bullmq/board.ts';

/**
 * bull-board over the inference queue, to be mounted in somebody's web server. Loaded when it is asked for:
 * workers and recordings need no web page.
 *
 * @throws {SesError} SES_REDIS_UNREACHABLE when the URL, or a file that it names, cannot be read
 */
export async function openQueueBoard(options: QueueBoardOptions): Promise<QueueBoard> {
	const board = await import('./bullmq/board.ts');
	return board.openQueueBoard(options);
}
