/** Close codes of the main gateway (Discord's documentation, "Gateway Close Event Codes"). */
export const GATEWAY_CLOSE = {
	unknownOpcode: 4001,
	decodeError: 4002,
	notAuthenticated: 4003,
	authenticationFailed: 4004,
	alreadyAuthenticated: 4005,
	sessionTimedOut: 4009,
	invalidShard: 4010,
	shardingRequired: 4011,
	invalidApiVersion: 4012,
	disallowedIntents: 4014,
} as const;
