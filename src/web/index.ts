export { AUDIO_PROBLEMS } from './audio/index.ts';
export { SCOPES, type Scope } from './auth/principal.ts';
export { TokenFile, type TokenRecord } from './auth/token-file.ts';
export { FEED_TYPES, type FeedType, MEMBER_TYPES } from './feed/index.ts';
export { type WebOptions, webOptions } from './options.ts';
export { asyncApiDocument } from './reference/asyncapi.ts';
export { documentedRoutes, openApiDocument } from './reference/openapi.ts';
export { openWeb, type Web } from './server.ts';
export type {
	Actor,
	AlertDesk,
	AlertOutcome,
	AudioFormat,
	AudioIntake,
	AudioOrigin,
	Directory,
	HeardVoice,
	InferenceFigures,
	WebServices,
} from './services.ts';
export { AddressRefused, isPublicAddress, publicLookup } from './webhooks/addresses.ts';
