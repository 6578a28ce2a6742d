import { describe, expect, it } from 'vitest';
import { DeafAlarm } from '../../src/bot/reception/deaf-alarm.ts';

/** Lets a watched member live, tick by tick. @returns what the alarm said, and when */
function watch(alarm: DeafAlarm, toMs: number, live: (nowMs: number) => void, fromMs = 0): [number, string][] {
	const said: [number, string][] = [];
	for (let now = fromMs; now < toMs; now += 100) {
		live(now);
		const change = alarm.tick(now);
		if (change) said.push([now, change]);
	}
	return said;
}

describe('the alarm of a member who is not heard', () => {
	it('rings once after five seconds of packets of which none can be decoded, and stops when one can', () => {
		const alarm = new DeafAlarm();
		const said = watch(alarm, 30_000, (now) => {
			alarm.packet(now);
			if (now < 20_000) alarm.failed('encryption');
			else alarm.decoded();
		});
		expect(said).toEqual([
			[5000, 'deaf'],
			[20_000, 'heard'],
		]);
		expect(alarm.cause).toBeUndefined();
	});

	it('guesses the cause that was most frequent, or that nothing came', () => {
		const encryption = new DeafAlarm();
		watch(encryption, 6000, (now) => {
			encryption.packet(now);
			encryption.failed(now % 500 === 0 ? 'transport' : 'encryption');
		});
		expect(encryption.cause).toBe('encryption');
		const silent = new DeafAlarm();
		silent.speaking(true);
		watch(silent, 6000, () => {});
		expect(silent.cause).toBe('no-packets');
	});

	it('rings for someone who speaks now and then, each time in vain', () => {
		const alarm = new DeafAlarm();
		const said = watch(alarm, 60_000, (now) => {
			if (now % 10_000 === 0) alarm.speaking(true);
			if (now % 10_000 === 2000) alarm.speaking(false);
		});
		expect(said.map(([, change]) => change)).toEqual(['deaf']);
	});

	it('does not ring for someone who is heard, is silent, or of whom the server never says that they ceased', () => {
		const alarm = new DeafAlarm();
		expect(
			watch(alarm, 120_000, (now) => {
				if (now % 30_000 === 0) alarm.speaking(true);
				if (now % 30_000 === 200) alarm.decoded();
				if (now % 30_000 > 200 && now % 30_000 < 3000) {
					alarm.packet(now);
					alarm.failed('not-opus');
					if (now % 1000 === 0) alarm.decoded();
				}
			}),
		).toEqual([]);
	});

	it('forgets old evidence: four seconds today and four tomorrow are no alarm', () => {
		const alarm = new DeafAlarm();
		const said = watch(alarm, 200_000, (now) => {
			if (now % 100_000 < 4000) alarm.packet(now);
		});
		expect(said).toEqual([]);
	});

	it('does not count the time that the process was busy', () => {
		const alarm = new DeafAlarm();
		alarm.speaking(true);
		expect(alarm.tick(0)).toBeUndefined();
		expect(alarm.tick(60_000)).toBeUndefined();
	});
});
