import { parentPort, workerData } from 'node:worker_threads';
import { type ChartRenderer, reasonOf } from '../../domain/index.ts';
import { createChartRenderer } from '../renderer.ts';
import type { Answer, Order, ThreadData } from './messages.ts';
import { type PackedMoods, unpackMoods } from './packed-moods.ts';

/** Entry of the thread that draws charts. */

if (!parentPort) throw new Error('This file runs in a worker thread only.');
const port = parentPort;
const charts = createChartRenderer(workerData as ThreadData);

const unpacked = <Request extends { readonly moods: PackedMoods }>({ moods, ...request }: Request) => ({
	...request,
	entries: unpackMoods(moods),
});

function draw(renderer: ChartRenderer, order: Order): Promise<Buffer> {
	switch (order.kind) {
		case 'mood':
			return renderer.moodChart(unpacked(order.request));
		case 'trend':
			return renderer.trendChart(unpacked(order.request));
		case 'group':
			return renderer.groupChart(order.request);
		case 'heat':
			return renderer.heatChart(order.request);
	}
}

port.on('message', async (order: Order) => {
	let answer: Answer;
	try {
		// A copy: what native code has made may not be its to give away.
		answer = { png: new Uint8Array(await draw(charts, order)) };
	} catch (error) {
		answer = { failed: reasonOf(error) };
	}
	port.postMessage(answer, 'png' in answer ? [answer.png.buffer as ArrayBuffer] : []);
});
