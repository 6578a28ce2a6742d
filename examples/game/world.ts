import type { Drive } from './mapping.ts';

/** Something that comes along; lengths in heights of the picture, y downwards from 0 to 1. */
export interface Thing {
	readonly kind: 'rock' | 'light';
	x: number;
	y: number;
	readonly radius: number;
	/** 0…1, for whoever draws it. */
	readonly look: number;
	isGone: boolean;
}

export interface Glider {
	y: number;
	/** Heights a second. */
	velocity: number;
}

export interface World {
	/** Width of the picture over its height. */
	aspect: number;
	readonly glider: Glider;
	things: Thing[];
	/** How far it has flown. */
	distance: number;
	score: number;
	/** Hits that it can take yet. */
	lanterns: number;
	/** Seconds for which nothing can hit it. */
	safeS: number;
	/** Seconds since a light was picked up, and since a rock was hit; for whoever draws it. */
	readonly since: { light: number; rock: number };
	readonly due: { rock: number; light: number };
}

export const GLIDER_RADIUS = 0.028;
export const LANTERNS = 3;
const THRUST = 2.6;
const DRAG = 3.4;
const SAFE_S = 2.2;
const LONG_AGO_S = 99;
const MARGIN = 0.07;

/** Where the glider is from the left. */
export const gliderX = ({ aspect }: Pick<World, 'aspect'>): number => Math.min(0.45, aspect * 0.24);

export const newWorld = (aspect: number): World => ({
	aspect,
	glider: { y: 0.5, velocity: 0 },
	things: [],
	distance: 0,
	score: 0,
	lanterns: LANTERNS,
	safeS: SAFE_S,
	since: { light: LONG_AGO_S, rock: LONG_AGO_S },
	due: { rock: 1.5, light: 0.3 },
});

/**
 * Moves everything on.
 *
 * @param steer −1 up, 0, 1 down, or anything between
 * @param random 0…1, as of Math.random
 */
export function step(world: World, drive: Drive, steer: number, seconds: number, random: () => number): void {
	fly(world.glider, steer, seconds);
	world.distance += drive.speed * seconds;
	world.safeS = Math.max(0, world.safeS - seconds);
	world.since.light += seconds;
	world.since.rock += seconds;
	for (const thing of world.things) {
		thing.x -= drive.speed * seconds;
		if (meets(world, thing)) touch(world, thing);
	}
	world.things = world.things.filter(({ x, isGone }) => !isGone && x > -0.2);
	spawn(world, drive, seconds, random);
}

function fly(glider: Glider, steer: number, seconds: number): void {
	glider.velocity += (steer * THRUST - glider.velocity * DRAG) * seconds;
	glider.y += glider.velocity * seconds;
	if (glider.y < MARGIN || glider.y > 1 - MARGIN) {
		glider.y = Math.min(1 - MARGIN, Math.max(MARGIN, glider.y));
		glider.velocity = 0;
	}
}

const meets = (world: World, { kind, x, y, radius }: Thing): boolean => {
	// Forgiving where it hurts, generous where it gives.
	const reach = kind === 'rock' ? radius * 0.82 + GLIDER_RADIUS * 0.7 : radius * 1.5 + GLIDER_RADIUS;
	return Math.hypot(x - gliderX(world), y - world.glider.y) < reach;
};

function touch(world: World, thing: Thing): void {
	if (thing.kind === 'light') {
		thing.isGone = true;
		world.score += 1;
		world.since.light = 0;
	} else if (world.safeS === 0) {
		world.lanterns -= 1;
		world.safeS = SAFE_S;
		world.since.rock = 0;
	}
}

function spawn(world: World, drive: Drive, seconds: number, random: () => number): void {
	for (const kind of ['rock', 'light'] as const) {
		world.due[kind] -= seconds * (kind === 'rock' ? drive.rocks : drive.lights);
		if (world.due[kind] > 0) continue;
		world.due[kind] = 0.6 + random() * 0.8;
		const radius = kind === 'rock' ? 0.045 + random() * 0.05 : 0.016;
		const y = MARGIN + radius + random() * (1 - 2 * (MARGIN + radius));
		const thing: Thing = { kind, x: world.aspect + 0.15, y, radius, look: random(), isGone: false };
		if (isFree(world, thing)) world.things.push(thing);
	}
}

/** Room to pass between any two rocks, and no light inside of one. */
const isFree = ({ things }: World, thing: Thing): boolean =>
	things.every((other) => {
		const room = thing.kind === 'rock' && other.kind === 'rock' ? GLIDER_RADIUS * 7 : GLIDER_RADIUS * 2;
		return Math.hypot(other.x - thing.x, other.y - thing.y) > other.radius + thing.radius + room;
	});
