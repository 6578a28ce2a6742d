/** Close codes of the voice gateway (Discord's documentation, "Voice Close Event Codes"). */
export const VOICE_CLOSE = {
	unknownOpcode: 4001,
	malformedPayload: 4002,
	notAuthenticated: 4003,
	authenticationFailed: 4004,
	alreadyAuthenticated: 4005,
	sessionInvalid: 4006,
	sessionTimeout: 4009,
	serverNotFound: 4011,
	unknownProtocol: 4012,
	disconnected: 4014,
	serverCrashed: 4015,
	unknownEncryptionMode: 4016,
	daveRequired: 4017,
	badRequest: 4020,
	rateLimited: 4021,
	callTerminated: 4022,
} as const;
