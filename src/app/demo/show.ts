import { createLogUpdate } from 'log-update';
import wrapAnsi from 'wrap-ansi';
import type { SesEvent } from '../../domain/index.ts';
import { eventLines, KIND_COLUMNS, type NameOf } from '../terminal/event-lines.ts';
import { columnsOf, type Output } from '../terminal/output.ts';
import { createStyle } from '../terminal/style.ts';
import { Panel } from './panel.ts';

/** Shows what happens, one way or another. */
export interface Show extends Disposable {
	see(event: SesEvent): void;
	/** Something about the scene rather than from the bot. */
	remark(text: string): void;
}

/** For programs: each event as a JSON line. */
export const jsonShow = ({ stdout }: Output): Show => ({
	see: (event) => void stdout.write(`${JSON.stringify(event)}\n`),
	remark: () => {},
	[Symbol.dispose]: () => {},
});

/** For files and pipes: a line an event. */
export function plainShow({ stdout }: Output, nameOf: NameOf, colour: boolean): Show {
	const style = createStyle(colour);
	return {
		see: (event) => {
			for (const line of eventLines(event, nameOf, style, true)) stdout.write(`${line}\n`);
		},
		remark: (text) => void stdout.write(`${style.dim(text)}\n`),
		[Symbol.dispose]: () => {},
	};
}

const REDRAW_MS = 200;

/** Breaks a line between words and sets what follows under its text. */
function wrap(line: string, width: number): string {
	const text = line.trimStart();
	const column = ' '.repeat(KIND_COLUMNS + 1);
	const lead = text === line ? '' : column;
	return lead + wrapAnsi(text, width - column.length).replaceAll('\n', `\n${column}`);
}

/** For people at a terminal: what happened scrolls by, the present state stands below it. */
export function liveShow({ stdout }: Output, nameOf: NameOf, colour: boolean): Show {
	const style = createStyle(colour);
	const panel = new Panel(style, nameOf);
	const live = createLogUpdate(stdout);
	let begun = false;
	const draw = (): void => {
		if (begun) live(panel.draw(Date.now(), columnsOf(stdout)));
	};
	const print = (lines: readonly string[]): void => {
		if (lines.length === 0) return;
		live.clear();
		for (const line of lines) stdout.write(`${wrap(line, columnsOf(stdout))}\n`);
		draw();
	};
	const timer = setInterval(draw, REDRAW_MS);
	return {
		see: (event) => {
			panel.see(event);
			if (event.type === 'notice') begun = true;
			if (event.type === 'end') {
				// The last picture stays, and the last word stands below it.
				live.done();
				begun = false;
			}
			print(eventLines(event, nameOf, style, false));
		},
		remark: (text) => print([style.dim(text)]),
		[Symbol.dispose]: () => {
			clearInterval(timer);
			if (begun) live.done();
		},
	};
}
