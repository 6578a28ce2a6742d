export { SCOPES, type Scope } from './auth/principal.ts';
export { TokenFile, type TokenRecord } from './auth/token-file.ts';
export { FEED_TYPES, type FeedType } from './feed/index.ts';
export { type WebOptions, webOptions } from './options.ts';
export { asyncApiDocument } from './reference/asyncapi.ts';
export { documentedRoutes, openApiDocument } from './reference/openapi.ts';
export { openWeb, type Web } from './server.ts';
export type { Actor, AlertDesk, AlertOutcome, Directory, InferenceFigures, WebServices } from './services.ts';
export { AddressRefused, isPublicAddress, publicLookup } from './webhooks/addresses.ts';
