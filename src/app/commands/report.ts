import { Command, InvalidArgumentError, Option } from 'commander';
import { SesError } from '../../domain/index.ts';
import { loadConfig } from '../config.ts';
import { writeDailyReport, zonedMidnight } from '../report/daily/index.ts';
import { LANGUAGES, type Language } from '../report/model.ts';
import { writeLine } from '../terminal/index.ts';

interface ReportFlags {
	readonly config?: string;
	readonly user: string;
	readonly guild: string;
	readonly from?: string;
	readonly to?: string;
	readonly timeZone: string;
	readonly lang: Language;
	readonly output: string;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

function parseId(text: string): string {
	if (!/^\d{17,20}$/.test(text)) throw new InvalidArgumentError('It must be an id of Discord: 17 to 20 digits.');
	return text;
}

function parseDay(text: string): string {
	const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	// 30 February is read as 2 March.
	if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text))
		throw new InvalidArgumentError('It must be a day: 2026-11-22.');
	return text;
}

function parseZone(text: string): string {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
	} catch {
		throw new InvalidArgumentError('It must be a time zone: Europe/Warsaw.');
	}
}

/** `ses report`: a member's own daily patterns, from what is kept about them. */
export function reportCommand(): Command {
	return new Command('report')
		.description('write a member’s own report of daily patterns, from the store')
		.requiredOption('--user <id>', 'the member', parseId)
		.requiredOption('--guild <id>', 'the server', parseId)
		.option('--from <day>', 'first day: 2026-11-01; 30 days back when left out', parseDay)
		.option('--to <day>', 'last day; today when left out', parseDay)
		.option(
			'--time-zone <name>',
			'whose clock and calendar it is',
			parseZone,
			Intl.DateTimeFormat().resolvedOptions().timeZone,
		)
		.addOption(new Option('--lang <language>', 'language of the report').choices(LANGUAGES).default('en'))
		.option('-o, --output <folder>', 'folder to write into', 'out')
		.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
		.action(async (flags: ReportFlags) => {
			const { storage } = await loadConfig(flags.config);
			const now = Date.now();
			const { timeZone } = flags;
			const to = flags.to === undefined ? now : zonedMidnight(flags.to, timeZone, 1);
			const from = flags.from === undefined ? to - DEFAULT_DAYS * DAY_MS : zonedMidnight(flags.from, timeZone);
			if (from >= to) throw new SesError('SES_USAGE', { reason: '--from must not be after --to.' });
			const { file, utterances } = await writeDailyReport({
				...{ storage, guildId: flags.guild, userId: flags.user, from, to, timeZone, now },
				language: flags.lang,
				folder: flags.output,
			});
			await writeLine(process.stdout, `${file}  ${utterances} utterances`);
		});
}
