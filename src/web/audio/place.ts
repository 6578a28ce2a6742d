import { type Principal, sees } from '../auth/principal.ts';
import { AudioProblem } from './problem.ts';

/** Where voices count that belong to no server. */
export const LOCAL = 'local';

/**
 * The server that a voice counts for: the one that is asked for, else the only one of the token.
 *
 * @throws {AudioProblem} forbidden
 */
export function serverFor(principal: Principal, wanted: string | undefined): string {
	const { guilds } = principal;
	const [only] = guilds?.size === 1 ? guilds : [];
	const guildId = wanted ?? only ?? LOCAL;
	if (sees(principal, guildId)) return guildId;
	throw new AudioProblem('forbidden', wanted ? 'This server is not yours.' : 'Say in guildId for which server it is.');
}

/** Whose connections count together. Absent for those that are told apart by nothing. */
export function holderOf(principal: Principal | undefined): string | undefined {
	if (principal === undefined || principal === TWILIO) return undefined;
	return principal.kind === 'program' ? principal.id : principal.csrfToken;
}

/** Twilio itself, as far as its signature shows. */
export const TWILIO: Principal = {
	kind: 'program',
	id: 'twilio',
	scopes: new Set(['audio']),
	guilds: undefined,
	types: undefined,
	stillGood: () => true,
};
