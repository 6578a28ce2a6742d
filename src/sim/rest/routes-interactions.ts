import type { RestContext } from './context.ts';
import type { Route } from './router.ts';

/** Clients write booleans in addresses as they like: discord.js `true`, discord.py `1`. */
const isTrue = (value: string | null): boolean => value !== null && ['1', 'true'].includes(value.toLowerCase());

/** Answers to interactions. The token in the path is the authority. */
export function interactionRoutes({ interactions, board }: RestContext): Route[] {
	const message = '/webhooks/:applicationId/:token/messages/:messageId';
	const of = (params: Readonly<Record<string, string>>) =>
		[params['applicationId'] ?? '', params['token'] ?? '', params['messageId'] ?? ''] as const;
	return [
		{
			method: 'POST',
			path: '/interactions/:interactionId/:token/callback',
			isPublic: true,
			handler: ({ params, json, files, query }) => {
				const outcome = interactions.respond(params['interactionId'] ?? '', params['token'] ?? '', json, files);
				return isTrue(query.get('with_response')) ? outcome : undefined;
			},
		},
		{
			method: 'POST',
			path: '/webhooks/:applicationId/:token',
			isPublic: true,
			handler: ({ params, json, files }) => {
				const [applicationId, token] = of(params);
				return board.serialize(interactions.followUp(applicationId, token, json, files));
			},
		},
		{
			method: 'GET',
			path: message,
			isPublic: true,
			handler: ({ params }) => board.serialize(interactions.message(...of(params))),
		},
		{
			method: 'PATCH',
			path: message,
			isPublic: true,
			handler: ({ params, json, files }) => board.serialize(interactions.editMessage(...of(params), json, files)),
		},
		{
			method: 'DELETE',
			path: message,
			isPublic: true,
			handler: ({ params }) => board.delete(interactions.message(...of(params))),
		},
	];
}
