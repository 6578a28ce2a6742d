export { zonedMidnight } from './midnight.ts';
export { type DailyReportOptions, writeDailyReport } from './write-daily.ts';
