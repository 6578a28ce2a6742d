import { Command } from 'commander';
import { interruptible } from '../analysis/interruptible.ts';
import { play } from '../demo/play.ts';
import { jsonShow, liveShow, plainShow, type Show } from '../demo/show.ts';

interface DemoFlags {
	readonly headless?: boolean;
	readonly json?: boolean;
	readonly color: boolean;
	readonly out: string;
}

/** `ses demo`: the whole bot on a simulated Discord, with recorded voices. */
export function demoCommand(): Command {
	return new Command('demo')
		.description('play a scene with the real bot on a simulated Discord: no token, no server, no network')
		.option('--headless', 'print lines instead of a live picture')
		.option('--json', 'print every event as a JSON line (implies --headless)')
		.option('--out <folder>', 'folder for the mood chart', 'out')
		.option('--no-color', 'print without colours')
		.action((flags: DemoFlags) =>
			interruptible(async (signal) => {
				await play({ outputFolder: flags.out, signal, onCast: (names) => chooseShow(flags, names) });
			}),
		);
}

function chooseShow(flags: DemoFlags, names: ReadonlyMap<string, string>): Show {
	const nameOf = (speakerId: string): string => names.get(speakerId) ?? 'someone';
	if (flags.json) return jsonShow(process);
	if (flags.headless || !process.stdout.isTTY) return plainShow(process, nameOf, flags.color);
	return liveShow(process, nameOf, flags.color);
}
