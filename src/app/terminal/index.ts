export { drawAnalysis } from './analysis-view.ts';
export { drawEvaluation } from './evaluation-view.ts';
export { parseChannels, parseCustomer, parseDuration, parseJobs, parseLabels } from './option-parsers.ts';
export { columnsOf, errorLine, type Output, writeLine } from './output.ts';
export { createProgress, type Progress } from './progress.ts';
export { askYes } from './question.ts';
export { createStyle, type Style } from './style.ts';
export { clockTime, duration, printable } from './text.ts';
