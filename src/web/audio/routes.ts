import { upgradeWebSocket } from '@hono/node-server';
import type { Next } from 'hono';
import { Hono } from 'hono';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Principal } from '../auth/principal.ts';
import { programWith } from '../auth/program.ts';
import type { TokenFile } from '../auth/token-file.ts';
import { fitting } from '../guard/changes.ts';
import type { WebContext, WebEnv } from '../guard/environment.ts';
import { isNamed, isSameOrigin } from '../guard/hosts.ts';
import type { Limits } from '../guard/limits.ts';
import { Problem } from '../guard/problem.ts';
import type { AudioOptions } from '../options.ts';
import type { AudioIn } from './audio-in.ts';
import type { AudioLine } from './line.ts';
import { TWILIO } from './place.ts';
import { AudioProblem } from './problem.ts';
import { type Received, readerOf } from './protocol.ts';
import { twilioReaderOf } from './twilio.ts';
import { isSignedByTwilio } from './twilio-signature.ts';

export interface AudioParts {
	readonly audioIn: AudioIn;
	readonly options: AudioOptions;
	readonly tokens: TokenFile;
	readonly limits: Limits;
	readonly publicUrl: string | undefined;
	/** Where we are reached; known once we listen. */
	readonly url: () => string;
}

/** Nothing is said in the address, where logs would keep it. */
const noQuery = z.strictObject({});

/** Voices from elsewhere: whatever speaks our own protocol, and Twilio. */
export function audioRoutes({ audioIn, options, tokens, limits, publicUrl, url }: AudioParts): Hono<WebEnv> {
	/** @throws {Problem} whatever is wrong with it */
	const enter = async (context: WebContext): Promise<void> => {
		if (!audioIn.isOpen) throw new Problem('not-found', 'No audio is taken here.');
		await limits.spend('streams', context.get('address'));
		fitting(context.req.query(), noQuery);
	};

	/** @throws {Problem} unauthenticated, forbidden */
	const senderIn = (context: WebContext): Principal => {
		const principal = context.get('principal');
		if (!principal) throw new Problem('unauthenticated', 'Sign in, or send a token.');
		if (principal.kind === 'moderator') throw new Problem('forbidden', 'Operators and programs send audio.');
		if (principal.kind === 'program' && !principal.scopes.has('audio')) {
			throw new Problem('forbidden', 'Your token may not send audio.');
		}
		const origin = context.req.header('origin');
		const fromHere = isSameOrigin(context, publicUrl);
		// A page elsewhere would have our visitor's cookie, but never our origin.
		const mayCome = principal.kind === 'program' && (origin === undefined || isNamed(origin, options.origins));
		if (!fromHere && !mayCome) throw new Problem('forbidden', 'Pages of this origin may not send audio.');
		return principal;
	};

	/** @returns `undefined` where the token in `start` has to show it. @throws {Problem} unauthenticated, forbidden */
	const callerIn = async (context: WebContext): Promise<Principal | undefined> => {
		if (context.req.header('origin') !== undefined) throw new Problem('forbidden', 'This is not for pages.');
		const signature = context.req.header('x-twilio-signature');
		if (signature !== undefined && options.twilioAuthToken !== undefined) {
			const address = `${url().replace(/^http/, 'ws')}${context.req.path}`;
			if (isSignedByTwilio(signature, address, options.twilioAuthToken)) return TWILIO;
			await limits.spend('badTokens', context.get('address'));
			throw new Problem('unauthenticated', "This is not Twilio's signature.");
		}
		return context.get('principal')?.kind === 'program' ? senderIn(context) : undefined;
	};

	const accept = async (
		context: WebContext,
		next: Next,
		connect: (webSocket: WebSocket) => { readonly line: AudioLine; readonly read: (data: Received) => Promise<void> },
	): Promise<Response> => {
		let connected: ReturnType<typeof connect> | undefined;
		const upgrade = upgradeWebSocket(() => ({
			onOpen: (_, { raw }) => {
				connected = connect(raw as WebSocket);
			},
			onMessage: ({ data }) => {
				const received = data as Received;
				connected?.line.next(() => connected?.read(received));
			},
			onClose: () => connected?.line.gone(),
			// The close event follows.
			onError: () => {},
		}));
		const response = await upgrade(context, next);
		if (!response) throw new Problem('malformed', 'This is for WebSockets.');
		return response;
	};

	return new Hono<WebEnv>()
		.get('/audio', async (context, next) => {
			const principal = senderIn(context);
			await enter(context);
			return accept(context, next, (webSocket) => {
				const line = audioIn.connect(webSocket, { principal, isTold: true });
				return { line, read: readerOf(line) };
			});
		})
		.get('/audio/twilio', async (context, next) => {
			const principal = await callerIn(context);
			await enter(context);
			const address = context.get('address');
			const find = async (token: string) => {
				const program = await programWith(token, tokens);
				if (program) return program;
				await limits.spend('badTokens', address).catch(() => {
					throw new AudioProblem('too-many', 'Too many wrong tokens.');
				});
				return undefined;
			};
			return accept(context, next, (webSocket) => {
				const line = audioIn.connect(webSocket, { principal, isTold: false });
				return { line, read: twilioReaderOf({ line, audioIn, programWith: find }) };
			});
		});
}
