import { describe, expect, it } from 'vitest';
import { Game } from '../../../examples/game/game.ts';
import { DRIVES } from '../../../examples/game/mapping.ts';
import { gliderX, newWorld, step, type World } from '../../../examples/game/world.ts';
import { heats, sounds } from '../feed-events.ts';

/** The same numbers each time (mulberry32). */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const FRAME_S = 1 / 60;
const still = (): number => 0;
const put = (world: World, kind: 'rock' | 'light', y: number): void => {
	world.things.push({ kind, x: gliderX(world), y, radius: 0.05, look: 0, isGone: false });
};
const run = (game: Game, seconds: number, steer: (y: number) => number = still, from = 0): void => {
	for (let frame = 0; frame < seconds * 60; frame++) {
		game.listen(from + frame * 1000 * FRAME_S, FRAME_S);
		game.advance(FRAME_S, steer);
	}
};

describe('the world', () => {
	it('lets the glider climb and sink, and keeps it in the picture', () => {
		const world = newWorld(1.6);
		for (let frame = 0; frame < 300; frame++) step(world, DRIVES.neutral, -1, FRAME_S, dice(1));
		expect(world.glider.y).toBeCloseTo(0.07);
		for (let frame = 0; frame < 300; frame++) step(world, DRIVES.neutral, 1, FRAME_S, dice(1));
		expect(world.glider.y).toBeCloseTo(0.93);
	});

	it('counts a light once, and a rock once for as long as the glider is safe', () => {
		const world = newWorld(1.6);
		world.safeS = 0;
		put(world, 'light', world.glider.y);
		put(world, 'rock', world.glider.y);
		for (let frame = 0; frame < 10; frame++) step(world, DRIVES.neutral, 0, FRAME_S, dice(1));
		expect([world.score, world.lanterns]).toEqual([1, 2]);
		expect(world.things.filter(({ kind }) => kind === 'light')).toEqual([]);
	});

	it('brings the rocks and lights that the mood asks for', () => {
		const came = (drive: (typeof DRIVES)['tense']): number => {
			const world = newWorld(1.6);
			const random = dice(7);
			const seen = new Set<object>();
			for (let frame = 0; frame < 60 * 60; frame++) {
				step(world, drive, 0, FRAME_S, random);
				for (const thing of world.things) if (thing.kind === 'rock') seen.add(thing);
			}
			return seen.size;
		};
		const [tense, playful] = [came(DRIVES.tense), came(DRIVES.playful)];
		expect(tense).toBeGreaterThan(4);
		expect(playful).toBeGreaterThan(3 * tense);
	});
});

describe('the game', () => {
	it('plays itself while nobody does: gathers lights and loses few lanterns', () => {
		const game = new Game(1.6, dice(3));
		run(game, 60);
		expect(game.mode).toBe('attract');
		expect(game.best).toBe(0);
		// It never lost all its lanterns, for then it would have begun anew.
		expect(game.world.distance).toBeGreaterThan(20);
		// Left alone, a glider that does not steer gathers next to nothing.
		const idle = newWorld(1.6);
		const random = dice(3);
		for (let frame = 0; frame < 60 * 60; frame++) step(idle, DRIVES.neutral, 0, FRAME_S, random);
		expect(game.world.score).toBeGreaterThan(2 * Math.max(1, idle.score));
	});

	it('is theirs from the first touch, and flies by itself again once they have gone', () => {
		const game = new Game(1.6, dice(5));
		run(game, 3);
		game.touch();
		expect([game.mode, game.world.score]).toEqual(['play', 0]);
		run(game, 5, () => -1);
		expect(game.world.glider.y).toBeCloseTo(0.07);
		game.world.lanterns = 99;
		run(game, 18);
		expect(game.mode).toBe('attract');
	});

	it('ends without lanterns, shows the score for a while, and begins anew when asked to', () => {
		const game = new Game(1.6, dice(5));
		game.begin();
		game.world.score = 4;
		run(game, 0.1);
		game.world.lanterns = 0;
		run(game, 0.1);
		expect([game.mode, game.best]).toEqual(['over', 4]);
		game.begin();
		expect([game.mode, game.world.score, game.world.lanterns]).toEqual(['play', 0, 3]);
	});

	it('grows easier and rainy as the room heats up, and comes back as it cools', () => {
		const game = new Game(1.6, dice(5));
		run(game, 4);
		expect(game.drive.rocks).toBeCloseTo(DRIVES.neutral.rocks);
		game.reader.see(heats(0.8), 4000);
		run(game, 12, still, 4000);
		expect(game.mood).toBe('tense');
		expect(game.storm).toBeGreaterThan(0.7);
		expect(game.drive.rocks).toBeLessThan(0.25);
		run(game, 60, still, 16_000);
		expect(game.mood).toBe('neutral');
		expect(game.storm).toBeLessThan(0.2);
	});

	it('follows voices, smoothly', () => {
		const game = new Game(1.6, dice(5));
		for (const speaker of ['a', 'b', 'c']) game.reader.see(sounds(speaker, { valence: 0.5, arousal: 0.5 }), 0);
		let fastest = 0;
		for (let second = 0; second < 20; second++) {
			const before = game.drive.speed;
			run(game, 1, still, second * 1000);
			fastest = Math.max(fastest, Math.abs(game.drive.speed - before));
		}
		expect(game.mood).toBe('playful');
		expect(game.drive.speed).toBeCloseTo(DRIVES.playful.speed, 2);
		expect(fastest).toBeLessThan(0.1);
	});
});
