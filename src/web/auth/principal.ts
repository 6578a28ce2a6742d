import type { FeedType, View } from '../feed/index.ts';

/** What a token may do. */
export const SCOPES = ['feed:read', 'feed:speakers', 'audio'] as const;
export type Scope = (typeof SCOPES)[number];

/** Someone at the console. */
export interface Visitor {
	readonly kind: 'operator' | 'moderator';
	readonly name: string;
	/** As the audit log names them: a user id, or `console`. */
	readonly actor: string;
	/** All when not set. */
	readonly guilds: ReadonlySet<string> | undefined;
	readonly csrfToken: string;
	/** Milliseconds since the Unix epoch. */
	readonly expiresAt: number;
	/** Asked again while a stream goes on. */
	readonly stillGood: () => boolean;
}

/** A program with a token. */
export interface Program {
	readonly kind: 'program';
	/** Of its token. */
	readonly id: string;
	readonly scopes: ReadonlySet<Scope>;
	readonly guilds: ReadonlySet<string> | undefined;
	/** All when not set. */
	readonly types: ReadonlySet<FeedType> | undefined;
	/** User id of the only one of whom it is told; everybody when not set. */
	readonly member?: string | undefined;
	readonly stillGood: () => boolean;
}

/** Who asks. */
export type Principal = Visitor | Program;

export const sees = ({ guilds }: Principal, guildId: string): boolean => guilds === undefined || guilds.has(guildId);

/** The console shows pseudonyms, also to operators: names take a reveal with a reason. */
export const viewOf = (principal: Principal): View =>
	principal.kind === 'program' && principal.scopes.has('feed:speakers') ? 'named' : 'pseudonymous';
