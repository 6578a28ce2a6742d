import type { WebServices } from '../../src/web/index.ts';

/** Nothing behind the feed: what is measured does not ask for it. */
export const webServices = (consoleFolder: string): WebServices => ({
	alerts: { get: async () => undefined, list: async () => [] },
	desk: {
		acknowledge: async () => ({ status: 'unknown' }),
		judge: async () => ({ status: 'unknown' }),
		reveal: async () => undefined,
	},
	consents: {
		get: async () => undefined,
		list: async () => [],
		give: () => Promise.reject(new Error('nobody gives consent here')),
		withdraw: async () => false,
	},
	settings: { get: async () => ({}), set: async () => {} },
	directory: { guilds: () => [], channelName: () => undefined, memberName: async () => undefined },
	retentionDays: 30,
	inference: () => ({ model: 'none@0', workers: 0, restarts: 0, queue: {} }),
	consoleFolder,
	examplesFolder: consoleFolder,
	log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});
