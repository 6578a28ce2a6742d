import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRecord, AlertStore, MoodStore } from '../../src/domain/index.ts';

export interface AlertStoreUnderTest extends AsyncDisposable {
	readonly alerts: AlertStore;
	/** Erasing a member's moods takes them out of alerts, too. */
	readonly moods: MoodStore;
}

/** Recent, so that no retention stands in the way. */
const NOON = Date.now() - 60 * 60 * 1000;

export const alertRecord = (index: number, changes: Partial<AlertRecord> = {}): AlertRecord => ({
	guildId: 'guild-a',
	channelId: `channel-${index % 2}`,
	alertId: `alert-${index}`,
	at: NOON + index * 1000,
	sessionId: 'session-1',
	mode: index % 2 === 0 ? 'monitor' : 'live',
	score: 0.5 + index / 100,
	contributors: 2,
	reasons: [{ code: 'sustained-anger', points: 0.35, text: 'three turns' }],
	heat: [
		{ at: NOON - 60_000, score: 0.1, state: 'calm' },
		{ at: NOON, score: 0.7, state: 'hot' },
	],
	speakers: ['user-1', 'user-2'],
	...changes,
});

/** What every {@link AlertStore} must do; each adapter runs it. */
export function alertStoreContract(adapter: string, open: () => Promise<AlertStoreUnderTest>): void {
	describe(`AlertStore contract: ${adapter}`, () => {
		let store: AlertStoreUnderTest;
		let alerts: AlertStore;
		const addAll = async (records: readonly AlertRecord[]) => {
			for (const record of records) await alerts.add(record);
		};

		beforeEach(async () => {
			store = await open();
			alerts = store.alerts;
		});
		afterEach(() => store[Symbol.asyncDispose]());

		it('gives back what was added', async () => {
			const whole = alertRecord(1, {
				thresholds: { warm: 0.4, hot: 0.65 },
				message: { channelId: 'mods', messageId: 'message-1' },
				acknowledged: { by: 'mod-1', at: NOON + 5000 },
				verdict: { by: 'mod-1', at: NOON + 6000, verdict: 'false-alarm' },
			});
			await addAll([alertRecord(0), whole]);
			expect(await alerts.get('guild-a', 'alert-0')).toEqual(alertRecord(0));
			expect(await alerts.get('guild-a', 'alert-1')).toEqual(whole);
			expect(await alerts.get('guild-a', 'alert-2')).toBeUndefined();
			expect(await alerts.get('guild-b', 'alert-1')).toBeUndefined();
		});

		it('lists the newest first, from a moment on, no more than asked for, of one community', async () => {
			await addAll([2, 0, 3, 1].map((index) => alertRecord(index)));
			await alerts.add(alertRecord(9, { guildId: 'guild-b' }));
			expect(await alerts.list('guild-a', { from: NOON + 1000, limit: 10 })).toEqual(
				[3, 2, 1].map((n) => alertRecord(n)),
			);
			expect(await alerts.list('guild-a', { from: 0, limit: 2 })).toEqual([3, 2].map((n) => alertRecord(n)));
		});

		it('changes one alert and says how it is now', async () => {
			await addAll([alertRecord(0), alertRecord(1)]);
			const acknowledged = { by: 'mod-1', at: NOON };
			expect(await alerts.change('guild-a', 'alert-1', { acknowledged })).toEqual({ ...alertRecord(1), acknowledged });
			expect(await alerts.get('guild-a', 'alert-1')).toEqual({ ...alertRecord(1), acknowledged });
			expect(await alerts.get('guild-a', 'alert-0')).toEqual(alertRecord(0));
			expect(await alerts.change('guild-a', 'alert-7', { acknowledged })).toBeUndefined();
		});

		it('loses no change when several are made at once', async () => {
			await alerts.add(alertRecord(0));
			const acknowledged = { by: 'mod-1', at: NOON };
			const verdict = { by: 'mod-2', at: NOON, verdict: 'justified' } as const;
			const message = { channelId: 'mods', messageId: 'message-1' };
			await Promise.all([
				alerts.change('guild-a', 'alert-0', { acknowledged }),
				alerts.change('guild-a', 'alert-0', { verdict }),
				alerts.change('guild-a', 'alert-0', { message }),
			]);
			expect(await alerts.get('guild-a', 'alert-0')).toEqual({ ...alertRecord(0), acknowledged, verdict, message });
		});

		it('forgets a member who is erased, and nobody else, and nowhere else', async () => {
			await addAll([alertRecord(0), alertRecord(1, { speakers: ['user-2'] }), alertRecord(2, { guildId: 'guild-b' })]);
			await store.moods.erase('guild-a', 'user-1');
			expect(await alerts.get('guild-a', 'alert-0')).toEqual(alertRecord(0, { speakers: ['user-2'] }));
			expect(await alerts.get('guild-a', 'alert-1')).toEqual(alertRecord(1, { speakers: ['user-2'] }));
			expect(await alerts.get('guild-b', 'alert-2')).toEqual(alertRecord(2, { guildId: 'guild-b' }));
		});
	});
}
