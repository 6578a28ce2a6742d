export type { RestContext } from './context.ts';
export { type RateLimit, RateLimits } from './rate-limits.ts';
export type { RestRule, RestRules } from './rules.ts';
export { RestServer } from './server.ts';
