import type { Drive } from './mapping.ts';
import { EFFECTS } from './mapping.ts';
import { MOODS, type Mood } from './mood.ts';
import type { Reading } from './reading.ts';

/** Also told apart without colours: the name stands beside it. */
const COLOURS: Readonly<Record<Mood, string>> = {
	neutral: '#7f9bd0',
	serene: '#35ab88',
	playful: '#e0912a',
	tense: '#d2492f',
	low: '#5a73c9',
};
const SOURCES: Readonly<Record<Reading['source'], string>> = {
	voices: 'Three or more voices, each counting the same.',
	group: 'The group as a whole, minute by minute.',
	nobody: 'Too few who agreed have been heard, so nobody’s mood shows.',
};

const byId = (id: string): HTMLElement => {
	const found = document.getElementById(id);
	if (!found) throw new Error(`There is no #${id}.`);
	return found;
};
/** In steps of 0.1: finer ones would tell what the last to speak added to the rest. */
const signed = (value: number): string => `${value < -0.05 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
/** Nothing is touched that already says so: screen readers and layout are left in peace. */
const write = (element: Element, text: string): void => {
	if (element.textContent !== text) element.textContent = text;
};

interface Row {
	readonly value: HTMLElement;
	readonly track: HTMLElement;
	readonly fill: HTMLElement;
	readonly effect: HTMLElement;
}

function row(name: string, lowest: -1 | 0): Row {
	const make = (tag: string, className: string, into: Element): HTMLElement => {
		const element = document.createElement(tag);
		element.className = className;
		into.append(element);
		return element;
	};
	const item = make('li', '', byId('drives'));
	const head = make('div', 'head', item);
	make('span', '', head).textContent = name;
	const value = make('span', '', head);
	const track = make('div', lowest < 0 ? 'track has-middle' : 'track', item);
	track.role = 'meter';
	track.ariaLabel = name;
	track.ariaValueMin = String(lowest);
	track.ariaValueMax = '1';
	return { value, track, fill: make('div', 'fill', track), effect: make('p', 'effect', item) };
}

function show({ value, track, fill, effect }: Row, figure: number, isSigned: boolean, text: string): void {
	write(value, isSigned ? signed(figure) : figure.toFixed(2));
	track.ariaValueNow = figure.toFixed(isSigned ? 1 : 2);
	const [from, to] = isSigned ? [Math.min(0, figure), Math.max(0, figure)].map((each) => (each + 1) / 2) : [0, figure];
	fill.style.left = `${100 * (from ?? 0)}%`;
	fill.style.right = `${100 * (1 - (to ?? 0))}%`;
	write(effect, text);
}

function moodList(): ReadonlyMap<Mood, HTMLElement> {
	return new Map(
		MOODS.map((mood) => {
			const item = document.createElement('li');
			const dot = document.createElement('span');
			dot.className = 'dot';
			dot.style.background = COLOURS[mood];
			const name = document.createElement('b');
			name.textContent = mood;
			item.append(dot, name, EFFECTS[mood].flight);
			byId('moods').append(item);
			return [mood, item];
		}),
	);
}

/** Says in words and figures which mood drives what. */
export class Panel {
	readonly #valence = row('Valence', -1);
	readonly #arousal = row('Arousal', -1);
	readonly #heat = row('Heat', 0);
	readonly #moods = moodList();
	#told: Mood = 'neutral';

	draw(reading: Reading, mood: Mood, drive: Drive, storm: number): void {
		const { flight, music, sky } = EFFECTS[mood];
		document.body.dataset['mood'] = mood;
		document.documentElement.style.setProperty('--mood', COLOURS[mood]);
		write(byId('mood'), mood);
		write(byId('source'), SOURCES[reading.source]);
		show(this.#valence, reading.valence, true, `sky: ${sky}; harmony: ${music}`);
		show(this.#arousal, reading.arousal, true, `flight: ${flight}; ${Math.round(drive.tempo)} beats a minute`);
		const rain = storm < 0.1 ? 'dry' : storm < 0.5 ? 'drizzle' : 'rain';
		show(this.#heat, reading.heat, false, `weather: ${rain}; rocks: ${drive.rocks.toFixed(1)} a second`);
		for (const [each, item] of this.#moods) item.ariaCurrent = each === mood ? 'true' : null;
		if (mood === this.#told) return;
		this.#told = mood;
		write(byId('told'), `The room sounds ${mood}. Flight: ${flight}.`);
	}

	figures(score: number, lanterns: number, best: number): void {
		write(byId('score'), String(score));
		write(byId('lights'), score === 1 ? 'light' : 'lights');
		write(byId('lanterns'), String(lanterns));
		write(byId('lamps'), lanterns === 1 ? 'lantern' : 'lanterns');
		write(byId('best'), String(best));
	}

	say(text: string): void {
		write(byId('say'), text);
	}

	link(text: string, isLive: boolean): void {
		write(byId('link'), text);
		byId('link').classList.toggle('is-live', isLive);
	}
}
