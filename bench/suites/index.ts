import type { Suite } from '../harness/index.ts';
import { codec } from './codec.ts';
import { decode } from './decode.ts';
import { feed } from './feed.ts';
import { inference } from './inference.ts';
import { middleware } from './middleware.ts';
import { queue } from './queue.ts';
import { receive } from './receive.ts';
import { segmenter } from './segmenter.ts';
import { storage } from './storage.ts';
import { track } from './track.ts';
import { workers } from './workers.ts';

/** In the order of a voice's way through the engine; a new hot path is a new file and a line here. */
export const SUITES: readonly Suite[] = [
	receive,
	decode,
	track,
	segmenter,
	inference,
	workers,
	codec,
	queue,
	middleware,
	storage,
	feed,
];
