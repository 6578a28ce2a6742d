import type { Suite } from '../harness/index.ts';
import { charts } from './charts.ts';
import { codec } from './codec.ts';
import { decode } from './decode.ts';
import { feed } from './feed.ts';
import { frontend } from './frontend.ts';
import { inference } from './inference.ts';
import { jitter } from './jitter.ts';
import { middleware } from './middleware.ts';
import { partials } from './partials.ts';
import { path } from './path.ts';
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
	jitter,
	track,
	segmenter,
	inference,
	frontend,
	workers,
	partials,
	codec,
	queue,
	middleware,
	storage,
	charts,
	feed,
	path,
];
