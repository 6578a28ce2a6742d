import { connectFeed, FeedError } from 'speech-emotion-sense/client';
import { Controls } from './controls.ts';
import { Game } from './game.ts';
import { Music } from './music.ts';
import { paint } from './paint.ts';
import { paletteOf } from './palette.ts';
import { Panel } from './panel.ts';

/** Served by the bot itself, the visitor's cookie opens the feed. From elsewhere: its address, and a token. */
const FEED = { url: location.origin, types: ['session', 'emotion', 'mood', 'heat', 'consent'] } as const;
/** Physical pixels for each of the page's: more would be painted than seen. */
const MOST_PIXELS = 1.5;

const canvas = document.querySelector('canvas') as HTMLCanvasElement;
const context = canvas.getContext('2d') as CanvasRenderingContext2D;
const dark = matchMedia('(prefers-color-scheme: dark)');
const still = matchMedia('(prefers-reduced-motion: reduce)');
const pauseButton = document.getElementById('pause') as HTMLButtonElement;
const soundButton = document.getElementById('sound') as HTMLButtonElement;

const panel = new Panel();
const music = new Music();
const game = new Game(2);
/** Who asked for less motion starts it by hand. */
let isPaused = still.matches;
if (isPaused) pauseButton.textContent = 'Play';
let heard = { score: 0, lanterns: 3 };

const controls = new Controls(canvas, {
	onFly: () => {
		if (!isPaused) game.touch();
	},
	onStart: () => {
		if (isPaused) togglePause();
		else if (game.mode !== 'play') game.begin();
	},
	onPause: togglePause,
	onSound: () => void toggleSound(),
});
still.addEventListener('change', () => {
	if (still.matches && !isPaused) togglePause();
});
new ResizeObserver(resize).observe(canvas);
resize();
void follow();
let last = performance.now();
requestAnimationFrame(frame);

function togglePause(): void {
	isPaused = !isPaused;
	pauseButton.textContent = isPaused ? 'Play' : 'Pause';
}

async function toggleSound(): Promise<void> {
	if (music.isOn) music.stop();
	else await music.start();
	soundButton.textContent = `Sound: ${music.isOn ? 'on' : 'off'}`;
	soundButton.ariaPressed = String(music.isOn);
}

function resize(): void {
	const scale = Math.min(MOST_PIXELS, devicePixelRatio);
	canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale));
	canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale));
	game.world.aspect = canvas.width / canvas.height;
}

function whatToSay(): string {
	if (isPaused) return still.matches ? 'Paused: your system asks for less motion. Press Play.' : 'Paused';
	if (game.mode === 'over') return `${game.world.score} lights gathered. Space flies again.`;
	return game.mode === 'attract' ? 'It flies by itself. Press ↑ or ↓ to take over.' : '';
}

function frame(at: number): void {
	const seconds = Math.min(1, Math.max(0, (at - last) / 1000));
	last = at;
	game.listen(Date.now(), seconds);
	if (!isPaused) game.advance(seconds, (y) => controls.steer(y));
	const { world, mood, drive, storm, blend, time, best, reading } = game;
	if (world.score > heard.score) music.mark('light');
	if (world.lanterns < heard.lanterns) music.mark('rock');
	heard = { score: world.score, lanterns: world.lanterns };
	music.follow(mood, drive);
	const palette = paletteOf(blend, dark.matches ? 'dark' : 'light');
	paint(context, canvas.width, canvas.height, { world, palette, storm, time, isStill: still.matches });
	panel.draw(reading, mood, drive, storm);
	panel.figures(world.score, world.lanterns, best);
	panel.say(whatToSay());
	document.body.dataset['mode'] = isPaused ? 'paused' : game.mode;
	requestAnimationFrame(frame);
}

async function follow(): Promise<void> {
	try {
		const feed = connectFeed({
			...FEED,
			onConnect: () => panel.link('Live', true),
			onBreak: () => panel.link('Connecting …', false),
		});
		for await (const event of feed) game.reader.see(event, Date.now());
	} catch (error) {
		panel.link(error instanceof FeedError ? `No feed: ${error.message}` : 'No feed', false);
	}
}
