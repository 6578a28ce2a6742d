export { type ActionKind, kindOf } from './actions.ts';
export { AdaptiveReplies, type AdaptiveRepliesOptions } from './adaptive-replies.ts';
export { type Decision, type HoldBack, RuleEngine, type RuleSession } from './engine.ts';
export { type ParsedRules, parseRules, problemLine, type RuleProblem } from './parse.ts';
export { type LoadedRules, type Performer, type PhraseRequest, wordsOf } from './perform.ts';
export type { Rule, Rules } from './schema.ts';
export { TEXT_LOCALES, unknownPlaceholders } from './template.ts';
