import { autopilot } from './autopilot.ts';
import { approach, type Blend, blendOf, type Drive, driveOf, shift } from './mapping.ts';
import { type Mood, MoodMeter } from './mood.ts';
import { MoodReader, type Reading } from './reading.ts';
import { newWorld, step, type World } from './world.ts';

/** `attract`: it flies by itself until somebody takes over. */
export type Mode = 'attract' | 'play' | 'over';

/** Whoever touches nothing for so long has gone. */
const IDLE_S = 20;
/** How long a score stands before it flies by itself again. */
const OVER_S = 9;
/** More than this at once would fly through things. */
const LONGEST_STEP_S = 0.05;

/** The whole game but its picture and sound: who plays, how the room sounds, and what follows from it. */
export class Game {
	readonly reader = new MoodReader();
	readonly #meter = new MoodMeter();
	readonly #random: () => number;
	world: World;
	mode: Mode = 'attract';
	best = 0;
	/** Seconds that it has run. */
	time = 0;
	/** 0…1: what heat does to the weather. */
	storm = 0;
	blend: Blend = blendOf('neutral');
	reading: Reading;
	#untouchedS = 0;

	constructor(aspect: number, random: () => number = Math.random) {
		this.world = newWorld(aspect);
		this.reading = this.reader.read(0);
		this.#random = random;
	}

	get mood(): Mood {
		return this.#meter.mood;
	}

	get drive(): Drive {
		return driveOf(this.blend);
	}

	/** Somebody steers: from then on it is theirs. */
	touch(): void {
		this.#untouchedS = 0;
		if (this.mode === 'attract') this.begin();
	}

	begin(): void {
		this.#untouchedS = 0;
		this.mode = 'play';
		this.world = newWorld(this.world.aspect);
	}

	/**
	 * Listens to the room, also while the game is paused.
	 *
	 * @param now milliseconds since the Unix epoch
	 */
	listen(now: number, seconds: number): void {
		this.reading = this.reader.read(now);
		this.#meter.update(this.reading, now);
		this.blend = shift(this.blend, this.mood, seconds);
		this.storm = approach(this.storm, this.reading.heat, seconds, 2);
	}

	/** @param steer asked for −1 (up) … 1 (down) when somebody plays */
	advance(seconds: number, steer: (y: number) => number): void {
		const passed = Math.min(LONGEST_STEP_S, seconds);
		this.time += passed;
		this.#untouchedS += passed;
		const isTheirs = this.mode === 'play';
		if (this.mode !== 'over') {
			step(this.world, this.drive, isTheirs ? steer(this.world.glider.y) : autopilot(this.world), passed, this.#random);
		}
		if (isTheirs) this.best = Math.max(this.best, this.world.score);
		if (this.world.lanterns <= 0) this.#end();
		if (this.#untouchedS > (this.mode === 'over' ? OVER_S : IDLE_S) && this.mode !== 'attract') this.#attract();
	}

	#end(): void {
		if (this.mode === 'attract') this.world = newWorld(this.world.aspect);
		else if (this.mode === 'play') {
			this.mode = 'over';
			this.#untouchedS = 0;
		}
	}

	#attract(): void {
		this.mode = 'attract';
		this.world = newWorld(this.world.aspect);
	}
}
