import { paintHills, paintRain, paintSky } from './backdrop.ts';
import { between, css, type Palette } from './palette.ts';
import { GLIDER_RADIUS, gliderX, LANTERNS, type Thing, type World } from './world.ts';

export interface Scene {
	readonly world: World;
	readonly palette: Palette;
	/** 0…1 */
	readonly storm: number;
	/** Seconds that the game has run. */
	readonly time: number;
	/** Without shaking and flickering. */
	readonly isStill: boolean;
}

type Context = CanvasRenderingContext2D;

/** Paints a frame; the canvas is scaled so that one unit is the height of the picture. */
export function paint(context: Context, width: number, height: number, scene: Scene): void {
	const { world, palette, storm, time, isStill } = scene;
	context.setTransform(height, 0, 0, height, 0, 0);
	const aspect = width / height;
	paintSky(context, aspect, palette, world.distance, storm);
	paintHills(context, aspect, palette, world.distance);
	for (const thing of world.things) {
		if (thing.kind === 'rock') paintRock(context, thing, palette);
		else paintLight(context, thing, palette, isStill ? 0 : time);
	}
	paintGlider(context, world, palette, isStill);
	paintRain(context, aspect, palette, storm, isStill ? 0 : time);
}

const CORNERS = 9;

/** A shard that floats, in three facets; which shape it has comes from its look. */
function paintRock(context: Context, { x, y, radius, look }: Thing, { rock, horizon, light }: Palette): void {
	const corners = Array.from({ length: CORNERS }, (_, corner): [number, number] => {
		const angle = (2 * Math.PI * (corner + look * 5)) / CORNERS;
		const reach = radius * (0.72 + 0.36 * Math.abs(Math.sin(corner * 2.3 + look * 21)));
		return [x + reach * Math.cos(angle), y + reach * Math.sin(angle) * 1.1];
	});
	const heart: [number, number] = [x + radius * 0.18, y - radius * 0.22];
	const facet = (from: number, to: number, shade: string): void => {
		context.beginPath();
		context.moveTo(...heart);
		for (let corner = from; corner <= to; corner++) context.lineTo(...(corners[corner % CORNERS] ?? heart));
		context.closePath();
		context.fillStyle = shade;
		context.fill();
	};
	facet(0, CORNERS, css(rock));
	for (let corner = 0; corner < CORNERS; corner++) {
		// Lit from above and from the right, where the sun stands.
		const [cx, cy] = corners[corner] ?? heart;
		const lit = Math.max(0, (cx - x - (cy - y)) / (radius * 2.2));
		facet(corner, corner + 1, css(between(rock, between(horizon, light, 0.25), lit * 0.75)));
	}
	context.beginPath();
	for (const corner of corners) context.lineTo(...corner);
	context.closePath();
	context.lineWidth = 0.0022;
	context.strokeStyle = css(between(rock, light, 0.35), 0.5);
	context.stroke();
}

function paintLight(context: Context, { x, y, radius, look }: Thing, { light, rock }: Palette, time: number): void {
	const size = radius * (1 + 0.16 * Math.sin(time * 3 + look * 6));
	const glow = context.createRadialGradient(x, y, 0, x, y, size * 4);
	glow.addColorStop(0, css(light, 0.75));
	glow.addColorStop(0.3, css(light, 0.25));
	glow.addColorStop(1, css(light, 0));
	context.fillStyle = glow;
	context.fillRect(x - size * 4, y - size * 4, size * 8, size * 8);
	context.fillStyle = css(light);
	context.beginPath();
	context.arc(x, y, size, 0, 2 * Math.PI);
	context.fill();
	// Before a bright sky the glow alone would be lost.
	context.lineWidth = 0.0022;
	context.strokeStyle = css(rock, 0.45);
	context.stroke();
}

/** A paper glider with a trail; its lanterns are what it can lose yet. */
function paintGlider(context: Context, world: World, { glider, light }: Palette, isStill: boolean): void {
	const x = gliderX(world);
	const { y, velocity } = world.glider;
	const size = GLIDER_RADIUS * 1.7;
	const trail = context.createLinearGradient(x - 0.34, 0, x, 0);
	trail.addColorStop(0, css(light, 0));
	trail.addColorStop(1, css(light, 0.5));
	context.strokeStyle = trail;
	context.lineWidth = 0.006;
	context.lineCap = 'round';
	context.beginPath();
	context.moveTo(x - size * 0.6, y);
	context.quadraticCurveTo(x - 0.15, y - velocity * 0.02, x - 0.34, y - velocity * 0.2);
	context.stroke();
	const blinks = world.safeS > 0 && world.since.rock < 3 && !isStill && Math.floor(world.safeS * 8) % 2 === 1;
	context.save();
	context.translate(x, y);
	context.rotate(Math.max(-0.5, Math.min(0.5, velocity * 0.55)));
	context.globalAlpha = blinks ? 0.35 : 1;
	const wing = (points: readonly (readonly [number, number])[], alpha: number): void => {
		context.beginPath();
		for (const [px, py] of points) context.lineTo(px * size, py * size);
		context.closePath();
		context.fillStyle = css(glider, alpha);
		context.fill();
	};
	wing(
		[
			[1.25, 0],
			[-1, -0.75],
			[-0.55, 0],
		],
		1,
	);
	wing(
		[
			[1.25, 0],
			[-0.55, 0],
			[-0.9, 0.62],
		],
		0.72,
	);
	for (let lantern = 0; lantern < LANTERNS; lantern++) {
		context.beginPath();
		context.arc((-0.95 - lantern * 0.42) * size, 0.05 * size, 0.13 * size, 0, 2 * Math.PI);
		context.fillStyle = css(light, lantern < world.lanterns ? 0.95 : 0.14);
		context.fill();
	}
	context.restore();
	if (world.since.light < 0.5) {
		context.beginPath();
		context.arc(x, y, size * (1 + world.since.light * 5), 0, 2 * Math.PI);
		context.strokeStyle = css(light, 0.6 * (1 - world.since.light * 2));
		context.lineWidth = 0.004;
		context.stroke();
	}
}
