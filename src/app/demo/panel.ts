import type { EmotionEvent, HeatState, SesEvent } from '../../domain/index.ts';
import type { NameOf } from '../terminal/event-lines.ts';
import type { Style } from '../terminal/style.ts';
import { bar, clockTime, meter, pad, percent, signed, widthOf } from '../terminal/text.ts';

const HEAT_COLUMNS = 24;
const CONFIDENCE_COLUMNS = 8;
const TRAIL = 16;
/** A member is shown as speaking for this long after an utterance ended. */
const SPEAKING_MS = 2500;

interface Lane {
	readonly name: string;
	readonly trail: EmotionEvent[];
	spokeAt: number;
}

/** The live picture at the bottom of the terminal: one lane for each member who is heard, and the heat. */
export class Panel {
	readonly #style: Style;
	readonly #nameOf: NameOf;
	readonly #lanes = new Map<string, Lane>();
	readonly #startedAt = Date.now();
	#heat: { readonly state: HeatState; readonly score: number } = { state: 'calm', score: 0 };
	#ignored = 0;

	constructor(style: Style, nameOf: NameOf) {
		this.#style = style;
		this.#nameOf = nameOf;
	}

	see(event: SesEvent): void {
		switch (event.type) {
			case 'consent':
				if (event.action === 'withdrawn') this.#lanes.delete(event.speakerId);
				else this.#lane(event.speakerId);
				break;
			case 'utterance':
				this.#lane(event.speakerId).spokeAt = event.at;
				break;
			case 'emotion':
				this.#lane(event.speakerId).trail.push(event);
				break;
			case 'heat':
				this.#heat = event;
				break;
			case 'health':
				this.#ignored = event.ignoredPackets;
				break;
			default:
		}
	}

	draw(now: number, width: number): string {
		const style = this.#style;
		const rule = style.dim('─'.repeat(Math.min(width, 100)));
		const title = `${style.bold('#lounge')}  ${this.#heatBar()}`;
		const time = style.dim(clockTime(now - this.#startedAt, 0));
		const gap = ' '.repeat(Math.max(2, Math.min(width, 100) - widthOf(title) - widthOf(time)));
		const others = style.dim(`others: ${this.#ignored} packets, counted and never decrypted`);
		return [
			rule,
			`${title}${gap}${time}`,
			...[...this.#lanes.values()].map((lane) => this.#draw(lane, now)),
			others,
		].join('\n');
	}

	#lane(speakerId: string): Lane {
		const lane = this.#lanes.get(speakerId) ?? { name: this.#nameOf(speakerId), trail: [], spokeAt: 0 };
		this.#lanes.set(speakerId, lane);
		return lane;
	}

	#heatBar(): string {
		const { state, score } = this.#heat;
		const label = state === 'hot' ? 'anger' : state === 'calm' ? 'calm' : 'happiness';
		const filled = bar(score, HEAT_COLUMNS);
		return `heat ${this.#style.label(label, filled)}${this.#style.dim('░'.repeat(Math.max(0, HEAT_COLUMNS - widthOf(filled))))} ${this.#style.label(label, pad(state, 7))}`;
	}

	#draw({ name, trail, spokeAt }: Lane, now: number): string {
		const style = this.#style;
		const mark = now - spokeAt < SPEAKING_MS ? style.label('calm', '●') : style.dim('○');
		const last = trail.at(-1);
		if (!last) return `${mark} ${style.bold(pad(name, 6))} ${style.dim('listening')}`;
		const gauge = meter(last.confidence, CONFIDENCE_COLUMNS);
		const blocks = trail
			.slice(-TRAIL)
			.map(({ label }) => style.label(label, style.hasColour ? '■' : (label[0] as string)))
			.join('');
		return [
			`${mark} ${style.bold(pad(name, 6))}`,
			style.label(last.label, pad(last.label, 9)),
			`${style.label(last.label, gauge.filled)}${style.dim(gauge.rest)} ${pad(percent(last.confidence), 5, 'right')}`,
			style.dim(`valence ${signed(last.valence)}  arousal ${signed(last.arousal)}`),
			blocks,
		].join('  ');
	}
}
