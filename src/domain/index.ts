export * from './consent.ts';
export * from './emotion.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './judge.ts';
export * from './mood.ts';
export * from './ports.ts';
export * from './utterance.ts';
