import { apiApplication, apiUser, type BotAccount } from '../model/index.ts';
import { commandBody, commandsBody, parseBody, refusals } from '../service/index.ts';
import { type RestContext, requireGuild } from './context.ts';
import type { RestRequest, Route } from './router.ts';

/** The bot itself and its slash commands. */
export function applicationRoutes(context: RestContext): Route[] {
	const { commands, gatewayUrl, guildsPerShard, starts, world } = context;

	const scopeOf = ({ params, bot }: RestRequest): string | null => {
		requireOwn(bot, params['applicationId']);
		return params['guildId'] === undefined ? null : requireGuild(context, bot, params['guildId']).id;
	};
	const commandOf = (request: RestRequest) => {
		const scope = scopeOf(request);
		const command = commands.get(request.bot.user.id, scope, request.params['commandId'] ?? '');
		if (command === undefined) throw refusals.unknownCommand();
		return { scope, command };
	};
	const commandRoutes = (base: string): Route[] => [
		{ method: 'GET', path: base, handler: (request) => commands.list(request.bot.user.id, scopeOf(request)) },
		{
			method: 'PUT',
			path: base,
			handler: (request) =>
				commands.replace(request.bot.user.id, scopeOf(request), parseBody(commandsBody, request.json)),
		},
		{
			method: 'POST',
			path: base,
			handler: (request) =>
				commands.upsert(request.bot.user.id, scopeOf(request), parseBody(commandBody, request.json)),
		},
		{ method: 'GET', path: `${base}/:commandId`, handler: (request) => commandOf(request).command },
		{
			method: 'PATCH',
			path: `${base}/:commandId`,
			handler: (request) => {
				const { scope, command } = commandOf(request);
				const patch = { ...command, ...(request.json as object) };
				return commands.upsert(request.bot.user.id, scope, parseBody(commandBody, patch));
			},
		},
		{
			method: 'DELETE',
			path: `${base}/:commandId`,
			handler: (request) => {
				const { scope, command } = commandOf(request);
				commands.delete(request.bot.user.id, scope, command);
			},
		},
	];

	return [
		{ method: 'GET', path: '/gateway', isPublic: true, handler: () => ({ url: gatewayUrl() }) },
		{
			method: 'GET',
			path: '/gateway/bot',
			handler: ({ bot }) => ({
				url: gatewayUrl(),
				shards: Math.max(1, Math.ceil(bot.guildIds.size / guildsPerShard)),
				session_start_limit: starts.limitOf(bot.user.id),
			}),
		},
		{ method: 'GET', path: '/users/@me', handler: ({ bot }) => apiUser(bot.user) },
		{
			method: 'GET',
			path: '/users/@me/guilds',
			handler: ({ bot }) =>
				[...bot.guildIds].map((id) => ({ id, name: world.guild(id).name, icon: null, owner: false, features: [] })),
		},
		{
			method: 'GET',
			path: '/users/:userId',
			handler: ({ params }) => {
				const user = world.users.get(params['userId'] ?? '');
				if (user === undefined) throw refusals.unknownUser();
				return apiUser(user);
			},
		},
		{ method: 'GET', path: '/applications/@me', handler: ({ bot }) => apiApplication(bot, world.host) },
		{ method: 'GET', path: '/oauth2/applications/@me', handler: ({ bot }) => apiApplication(bot, world.host) },
		...commandRoutes('/applications/:applicationId/commands'),
		...commandRoutes('/applications/:applicationId/guilds/:guildId/commands'),
	];
}

function requireOwn(bot: BotAccount, applicationId: string | undefined): void {
	if (applicationId !== bot.user.id) throw refusals.unknownApplication();
}
