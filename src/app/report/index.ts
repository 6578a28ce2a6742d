export { type BatchOptions, runBatch } from './batch/run.ts';
export { zonedMidnight } from './daily/midnight.ts';
export { writeDailyReport } from './daily/write-daily.ts';
export { LANGUAGES, type Language } from './model.ts';
export { CUSTOMERS, type Customer } from './read-call.ts';
