const LOWEST_RATE_HZ = 8000;
const HIGHEST_RATE_HZ = 192_000;
const MOST_CHANNELS = 8;

/** @throws {TypeError} for a rate or a number of channels that cannot be */
export function checkLayout(sampleRate: number, channels: number): void {
	if (!Number.isInteger(sampleRate) || sampleRate < LOWEST_RATE_HZ || sampleRate > HIGHEST_RATE_HZ) {
		throw new TypeError(`the sample rate has to be ${LOWEST_RATE_HZ} to ${HIGHEST_RATE_HZ} Hz, not ${sampleRate}`);
	}
	if (!Number.isInteger(channels) || channels < 1 || channels > MOST_CHANNELS) {
		throw new TypeError(`there have to be 1 to ${MOST_CHANNELS} channels, not ${channels}`);
	}
}
