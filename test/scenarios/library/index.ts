import type { Clips } from '../clips.ts';
import type { Scenario } from '../script.ts';
import { entangledQuarrels } from './entangled-quarrels.ts';
import { nearlyAngry } from './nearly-angry.ts';
import { peace } from './peace.ts';
import { quarrels } from './quarrels.ts';

/** All scripted conversations; of the first two kinds moderators should be warned, of the others not. */
export const library = (clips: Clips): Scenario[] => [
	...quarrels(clips),
	...entangledQuarrels(clips),
	...peace(clips),
	...nearlyAngry(clips),
];
