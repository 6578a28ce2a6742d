import { createInterface } from 'node:readline/promises';

export interface Asked {
	readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
	readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks somebody at a terminal.
 *
 * @returns whether they said yes; `undefined` where nobody sits at one
 * @throws the signal's reason on abort
 */
export async function askYes(
	question: string,
	{ stdin, stderr }: Asked,
	signal: AbortSignal,
): Promise<boolean | undefined> {
	if (!stdin.isTTY || !stderr.isTTY) return undefined;
	// Lines as the terminal gives them: Ctrl-C stays a signal.
	const lines = createInterface({ input: stdin, output: stderr, terminal: false });
	try {
		return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
	} catch (error) {
		signal.throwIfAborted();
		throw error;
	} finally {
		lines.close();
	}
}
