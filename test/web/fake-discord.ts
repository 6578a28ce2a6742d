import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { cookieOf } from './support.ts';

interface FakeUser {
	readonly id: string;
	readonly name: string;
	readonly guilds: readonly { readonly id: string; readonly permissions: string; readonly owner?: boolean }[];
}

export interface FakeDiscord extends AsyncDisposable {
	/** `web.oauth` that leads here. */
	readonly options: { clientId: string; clientSecret: string; authorizeUrl: string; apiBase: string };
	/** Access tokens that were given back. */
	readonly revoked: string[];
	/** What the next answer of the token endpoint is instead of a token. */
	refuse: number | undefined;
	/** Agrees to what a page asked for. @returns where Discord sends the browser back to */
	agree(authorizeUrl: string): string;
	/** A whole sign-in, as a browser does it. @returns the cookie */
	signIn(url: string): Promise<string>;
}

const CLIENT = { clientId: '1456074443984994999', clientSecret: 'a-secret-for-tests' };

/** Discord's OAuth2 as far as signing in goes, checking what Discord checks: client, code, redirect and PKCE. */
export async function startFakeDiscord(user: FakeUser): Promise<FakeDiscord> {
	const codes = new Map<string, { challenge: string; redirectUri: string }>();
	const revoked: string[] = [];
	let serial = 0;
	const server = createServer(async (request, response) => {
		const answer = (status: number, body: unknown): void => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		};
		const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
		const isClient = form.get('client_id') === CLIENT.clientId && form.get('client_secret') === CLIENT.clientSecret;
		const isAuthorised = request.headers.authorization === 'Bearer access';
		switch (request.url) {
			case '/oauth2/token': {
				if (fake.refuse) return answer(fake.refuse, { error: 'invalid_grant' });
				const code = codes.get(form.get('code') ?? '');
				codes.delete(form.get('code') ?? '');
				const verifier = form.get('code_verifier') ?? '';
				const isProven = code?.challenge === createHash('sha256').update(verifier).digest('base64url');
				const isOurs = isClient && code?.redirectUri === form.get('redirect_uri');
				return isProven && isOurs ? answer(200, { access_token: 'access' }) : answer(400, { error: 'invalid_grant' });
			}
			case '/oauth2/token/revoke':
				if (isClient) revoked.push(form.get('token') ?? '');
				return answer(200, {});
			case '/users/@me':
				return isAuthorised ? answer(200, { id: user.id, username: user.name, global_name: null }) : answer(401, {});
			case '/users/@me/guilds':
				return isAuthorised ? answer(200, user.guilds) : answer(401, {});
			default:
				return answer(404, {});
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const fake: FakeDiscord = {
		options: { ...CLIENT, authorizeUrl: `${base}/authorize`, apiBase: base },
		revoked,
		refuse: undefined,
		agree(authorizeUrl) {
			const asked = new URL(authorizeUrl).searchParams;
			const code = `code-${++serial}`;
			const redirectUri = asked.get('redirect_uri') ?? '';
			codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri });
			return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`;
		},
		async signIn(url) {
			const begun = await fetch(`${url}/auth/discord`, { redirect: 'manual' });
			const back = fake.agree(begun.headers.get('location') ?? '');
			const done = await fetch(back, { headers: { cookie: cookieOf(begun) }, redirect: 'manual' });
			return cookieOf(done);
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	return fake;
}
