import type { AudioProblemCode } from './schemas.ts';

/** Ends a connection that is open: what is wrong, and what whoever sends can do about it. */
export class AudioProblem extends Error {
	override readonly name = 'AudioProblem';
	readonly code: AudioProblemCode;

	constructor(code: AudioProblemCode, message: string) {
		super(message);
		this.code = code;
	}
}
