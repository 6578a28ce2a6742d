import { between, css, type Palette } from './palette.ts';

type Context = CanvasRenderingContext2D;

const STARS = 90;
const DROPS = 110;
const HILLS = [
	{ base: 0.7, swing: 0.09, pace: 0.12, haze: 0.62 },
	{ base: 0.8, swing: 0.08, pace: 0.28, haze: 0.36 },
	{ base: 0.91, swing: 0.07, pace: 0.6, haze: 0.08 },
] as const;

/** The same for the same number, and without order to the eye. */
const noise = (seed: number): number => {
	const value = Math.sin(seed * 127.1) * 43_758.5453;
	return value - Math.floor(value);
};
const luminance = ([r, g, b]: readonly [number, number, number]): number => (0.3 * r + 0.6 * g + 0.1 * b) / 255;

/** Sky, sun or moon, and stars where it is dark. */
export function paintSky(context: Context, aspect: number, palette: Palette, distance: number, storm: number): void {
	const { zenith, horizon, light } = palette;
	const sky = context.createLinearGradient(0, 0, 0, 0.95);
	sky.addColorStop(0, css(zenith));
	sky.addColorStop(0.55, css(between(zenith, horizon, 0.6)));
	sky.addColorStop(1, css(horizon));
	context.fillStyle = sky;
	context.fillRect(0, 0, aspect, 1);
	const dark = Math.max(0, 1 - luminance(zenith) * 3) * (1 - storm);
	for (let star = 0; dark > 0 && star < STARS; star++) {
		const x = (((noise(star) * 2.4 - distance * 0.02) % 2.4) + 2.4) % 2.4;
		if (x > aspect) continue;
		context.fillStyle = css(light, dark * (0.25 + 0.6 * noise(star + 400)));
		const size = 0.0016 + 0.0024 * noise(star + 200);
		context.fillRect(x, noise(star + 100) * 0.62, size, size);
	}
	const [x, y, radius] = [aspect * 0.72, 0.34, 0.085];
	const glow = context.createRadialGradient(x, y, 0, x, y, 0.5);
	glow.addColorStop(0, css(light, 0.95 * (1 - storm * 0.6)));
	glow.addColorStop(0.165, css(light, 0.9 * (1 - storm * 0.6)));
	glow.addColorStop(0.175, css(light, 0.32 * (1 - storm)));
	glow.addColorStop(1, css(light, 0));
	context.fillStyle = glow;
	context.fillRect(x - 0.5, y - 0.5, 1, 1);
	context.beginPath();
	context.arc(x, y, radius * 0.98, 0, 2 * Math.PI);
	context.fillStyle = css(light, 0.5 * (1 - storm * 0.7));
	context.fill();
	paintClouds(context, aspect, palette, distance);
}

const CLOUDS = 9;
const PINE_EVERY = 0.047;
const SMOOTH = 0.02;

type Range = (typeof HILLS)[number];

/** Long, soft and far away. */
function paintClouds(context: Context, aspect: number, { horizon, light }: Palette, distance: number): void {
	const wrap = aspect + 1.2;
	for (let cloud = 0; cloud < CLOUDS; cloud++) {
		const x = ((((noise(cloud + 700) * wrap - distance * 0.05) % wrap) + wrap) % wrap) - 0.6;
		const y = 0.12 + 0.46 * noise(cloud + 710);
		const length = 0.22 + 0.34 * noise(cloud + 720);
		context.save();
		context.translate(x, y);
		context.scale(1, 0.085);
		const puff = context.createRadialGradient(0, 0, 0, 0, 0, length);
		puff.addColorStop(0, css(between(horizon, light, 0.35), 0.34));
		puff.addColorStop(1, css(horizon, 0));
		context.fillStyle = puff;
		context.fillRect(-length, -length, 2 * length, 2 * length);
		context.restore();
	}
}

const heightAt = ({ base, swing }: Range, at: number): number =>
	base + swing * (0.55 * Math.sin(at * 2.1) + 0.3 * Math.sin(at * 4.7 + 1) + 0.15 * Math.sin(at * 9.3 + 2));

/** Pines stand where they stand: the hill passes by with them on it. */
function paintPines(context: Context, aspect: number, range: Range, offset: number): void {
	const first = Math.floor(offset / PINE_EVERY) - 1;
	for (let pine = first; pine * PINE_EVERY - offset < aspect + 0.1; pine++) {
		if (noise(pine) < 0.45) continue;
		const at = (pine + 0.7 * noise(pine + 31)) * PINE_EVERY;
		const [x, tall] = [at - offset, 0.02 + 0.045 * noise(pine + 77)];
		const foot = heightAt(range, at) + 0.006;
		context.beginPath();
		context.moveTo(x, foot - tall);
		context.lineTo(x + tall * 0.26, foot);
		context.lineTo(x - tall * 0.26, foot);
		context.fill();
	}
}

/** Three ranges, the nearer the faster. */
export function paintHills(context: Context, aspect: number, { hills, horizon }: Palette, distance: number): void {
	for (const [index, range] of HILLS.entries()) {
		const { base, swing, pace, haze } = range;
		const offset = distance * pace + index * 13;
		context.beginPath();
		context.moveTo(0, 1);
		for (let x = 0; x <= aspect + SMOOTH; x += SMOOTH) context.lineTo(x, heightAt(range, x + offset));
		context.lineTo(aspect + SMOOTH, 1);
		context.closePath();
		// Mist lies in the valleys.
		const slope = context.createLinearGradient(0, base - swing, 0, base + 0.22);
		slope.addColorStop(0, css(between(hills, horizon, haze)));
		slope.addColorStop(1, css(between(hills, horizon, haze + (index < 2 ? 0.3 : 0))));
		context.fillStyle = slope;
		context.fill();
		if (index > 0) paintPines(context, aspect, range, offset);
	}
}

/** Comes with heat: streaks of rain, and less to see at the edges. */
export function paintRain(
	context: Context,
	aspect: number,
	{ light, rock }: Palette,
	storm: number,
	time: number,
): void {
	if (storm < 0.04) return;
	context.strokeStyle = css(light, 0.26 * storm);
	context.lineWidth = 0.0022;
	context.beginPath();
	for (let drop = 0; drop < DROPS * storm; drop++) {
		const fall = (noise(drop) + time * (0.9 + noise(drop + 50) * 0.5)) % 1.2;
		const x = ((noise(drop + 90) * (aspect + 0.6) - fall * 0.3 + 0.3) % (aspect + 0.6)) - 0.1;
		context.moveTo(x, fall - 0.1);
		context.lineTo(x - 0.014, fall - 0.055);
	}
	context.stroke();
	const edge = context.createRadialGradient(aspect / 2, 0.5, 0.3, aspect / 2, 0.5, Math.max(0.8, aspect * 0.65));
	edge.addColorStop(0, css(rock, 0));
	edge.addColorStop(1, css(rock, 0.55 * storm));
	context.fillStyle = edge;
	context.fillRect(0, 0, aspect, 1);
}
