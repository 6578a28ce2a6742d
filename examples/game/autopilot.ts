import { GLIDER_RADIUS, gliderX, type Thing, type World } from './world.ts';

/** How far it looks ahead, in heights. */
const SIGHT = 0.85;
const LANES = 15;
/** Nearer than this to a rock is too near. */
const BERTH = GLIDER_RADIUS * 2.4;

/** How bad it would be to fly at this height. */
function danger(world: World, y: number, ahead: readonly Thing[]): number {
	return ahead.reduce(
		(sum, thing) => {
			const gap = Math.abs(thing.y - y);
			const nearness = 1 - (thing.x - gliderX(world)) / SIGHT;
			if (thing.kind === 'rock') return sum + (gap < thing.radius + BERTH ? 6 * nearness + 2 : 0);
			return sum - (gap < 0.06 ? 1.5 * nearness : 0);
		},
		Math.abs(y - world.glider.y) * 1.6 + Math.abs(y - 0.5) * 0.3,
	);
}

/** Flies by itself while nobody plays. @returns −1 (up) … 1 (down) */
export function autopilot(world: World): number {
	const ahead = world.things.filter(({ x, radius }) => {
		const away = x - gliderX(world);
		return away > -radius - GLIDER_RADIUS && away < SIGHT;
	});
	const heights = Array.from({ length: LANES }, (_, lane) => 0.1 + (0.8 * lane) / (LANES - 1));
	const costs = heights.map((y) => danger(world, y, ahead));
	const best = heights[costs.indexOf(Math.min(...costs))] ?? 0.5;
	const wanted = (best - world.glider.y) * 7 - world.glider.velocity * 1.4;
	return Math.max(-1, Math.min(1, wanted));
}
