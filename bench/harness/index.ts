export { type Change, changesBetween, readReport } from './compare.ts';
export { interruption } from './interruption.ts';
export { describeMachine } from './machine.ts';
export { measure, SMOKE_EFFORT } from './measure.ts';
export { type Report, type Row, reportSchema } from './report.ts';
export { type Run, runSuites } from './run-suites.ts';
export { quantile, summarise } from './statistics.ts';
export type { Comparison, Finding, OpenSuite, Reference, Scale, Skipped, Suite, Timed } from './suite.ts';
export { changeLines, findingLine, formatMs, formatRatio, skippedLine, Table } from './table.ts';
