import type { AudioQuality } from '../domain/index.ts';
import { FRAME_MS, FRAME_SAMPLES, powerOf, powerToDb, SILENCE_DB } from './frame.ts';
import { NoiseFloor } from './noise-floor.ts';

const CLIPPED_AT = Math.floor(32_767 * 0.999);
const HIGHEST_SNR_DB = 60;

const clippedIn = (pcm: Int16Array): number => {
	let clipped = 0;
	for (let index = 0; index < pcm.length; index++) {
		if (Math.abs(pcm[index] as number) >= CLIPPED_AT) clipped++;
	}
	return clipped;
};

/** Gathers an utterance's quality, frame by frame. */
export class QualityMeter {
	#frames = 0;
	#present = 0;
	#samples = 0;
	#clipped = 0;
	#concealed = 0;
	#power = 0;
	#activePower = 0;
	#active = 0;

	/** @param pcm one frame, or `null` where nothing was sent; @param power its mean square */
	add(pcm: Int16Array | null, power: number, active: boolean, concealed: boolean): void {
		this.#frames++;
		if (pcm === null) return;
		this.#present++;
		this.#samples += pcm.length;
		this.#power += power;
		if (concealed) this.#concealed++;
		else this.#clipped += clippedIn(pcm);
		if (active) {
			this.#active++;
			this.#activePower += power;
		}
	}

	/** @param noiseFloorDb level of the background, in dBFS */
	read(noiseFloorDb: number): AudioQuality {
		const levelDb = this.#present === 0 ? SILENCE_DB : powerToDb(this.#power / this.#present);
		const speechDb = this.#active === 0 ? levelDb : powerToDb(this.#activePower / this.#active);
		return {
			durationMs: this.#frames * FRAME_MS,
			levelDb: round(levelDb),
			clippedShare: this.#samples === 0 ? 0 : this.#clipped / this.#samples,
			lossShare: this.#frames === 0 ? 0 : this.#concealed / this.#frames,
			snrDb: round(Math.min(Math.max(speechDb - noiseFloorDb, 0), HIGHEST_SNR_DB)),
		};
	}
}

const round = (db: number): number => Math.round(db * 10) / 10;

/**
 * Quality of a whole clip that is taken as one utterance, without a segmenter.
 *
 * @param pcm 16 kHz mono
 */
export function measureQuality(pcm: Int16Array): AudioQuality {
	const meter = new QualityMeter();
	const floor = new NoiseFloor();
	const powers: number[] = [];
	for (let start = 0; start + FRAME_SAMPLES <= pcm.length; start += FRAME_SAMPLES) {
		const power = powerOf(pcm.subarray(start, start + FRAME_SAMPLES));
		powers.push(power);
		floor.push(powerToDb(power));
	}
	const floorDb = floor.db;
	for (const [index, power] of powers.entries()) {
		const frame = pcm.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES);
		meter.add(frame, power, powerToDb(power) >= floorDb + 6, false);
	}
	return { ...meter.read(floorDb), durationMs: Math.round((pcm.length / FRAME_SAMPLES) * FRAME_MS) };
}
