import type { AudioSource, SesEventType } from '../domain/index.ts';
import type { Config } from './config.ts';
import { EndRequest } from './lifecycle.ts';
import { createLog } from './log.ts';
import { createEmotionEngine } from './plugin/index.ts';
import { eventLines } from './terminal/event-lines.ts';
import { createStyle, type Output, printable, writeLine } from './terminal/index.ts';

/** What the engine tells by itself; there is no bot here to tell the rest. */
const TYPES: Readonly<Record<Exclude<SesEventType, 'notice' | 'consent' | 'end'>, true>> = {
	session: true,
	utterance: true,
	emotion: true,
	partial: true,
	fatigue: true,
	heat: true,
	alert: true,
	reply: true,
	reception: true,
	health: true,
	summary: true,
};

export interface ListenOptions {
	/** Every event as a JSON line, as `ses start --json` prints them. */
	readonly json: boolean;
	readonly colour: boolean;
	/** Ends it; what was being said is still heard. Its reason is told in the last event. */
	readonly signal: AbortSignal;
}

/**
 * Hears a source as it is spoken, in this process alone, and prints what it sounds like. Nothing is kept.
 *
 * @throws what the source throws
 */
export async function listen(
	source: AudioSource,
	config: Config,
	{ json, colour, signal }: ListenOptions,
	{ stdout }: Pick<Output, 'stdout'>,
): Promise<void> {
	// A microphone is not to travel through a Redis that serves others.
	const { redisUrl: _, ...inference } = config.inference;
	const log = createLog(json ? config.log : { level: 'warn' });
	await using engine = await createEmotionEngine({ config: { ...config, inference }, log, signal });
	const style = createStyle(colour);
	for (const type of Object.keys(TYPES) as (keyof typeof TYPES)[]) {
		engine.on(type, (event) => {
			const lines = json ? [JSON.stringify(event)] : eventLines(event, printable, style, false);
			for (const line of lines) stdout.write(`${line}\n`);
		});
	}
	let reason = 'the input is over';
	try {
		await engine.play(source, { live: true, signal });
	} catch (error) {
		if (!(error instanceof EndRequest)) throw error;
		reason = error.message;
	}
	if (json) await writeLine(stdout, JSON.stringify({ type: 'end', at: Date.now(), reason }));
}
