import { playPackets } from '../effects/play.ts';
import { chimePackets } from './chime.ts';

/** Encodes the cue ahead: it takes tens of milliseconds in which nobody is heard, once. */
export const prepareCue = (): void => void chimePackets().catch(() => {});

/**
 * Plays the cue once on an account's voice connection in a community. Only a rule of the operator's can make
 * the bot play anything else.
 *
 * @throws when it cannot be played, or `signal` aborts
 */
export async function playCue(guildId: string, accountId: string, signal: AbortSignal): Promise<void> {
	await playPackets(guildId, accountId, await chimePackets(), signal);
}
