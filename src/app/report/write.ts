import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toPng, toSvg } from '../../charts/report-render.ts';
import { reasonOf, SesError } from '../../domain/index.ts';
import { toCsv } from './csv.ts';
import type { HeatSettings } from './heat.ts';
import { callChart, NARROW, WIDE } from './html/call-chart.ts';
import { callPage } from './html/call-page.ts';
import type { CallReport } from './model.ts';
import { embeddedSound, linkedSound } from './sound.ts';
import { toSrt, toVtt } from './subtitles.ts';
import { phrasesOf } from './texts/index.ts';

export const REPORT_FILES = ['html', 'png', 'json', 'csv', 'srt', 'vtt'] as const;

export interface WriteOptions {
	/** The recording itself, for the player. */
	readonly file: string;
	/** Path of the files to write, without their endings. */
	readonly target: string;
	readonly settings: HeatSettings;
	readonly embedAudio: boolean;
	readonly signal?: AbortSignal;
}

/**
 * Writes a report in all its forms beside each other.
 *
 * @throws {SesError} `SES_REPORT_UNWRITABLE`; `SES_USAGE` when the audio cannot be embedded
 */
export async function writeReport(report: CallReport, options: WriteOptions): Promise<void> {
	const { file, target, settings, embedAudio, signal } = options;
	const say = phrasesOf(report.language);
	const sound = embedAudio ? await embeddedSound(file, signal) : linkedSound(file, dirname(target));
	const wide = await toSvg(callChart(report, say, settings, WIDE));
	const narrow = await toSvg(callChart(report, say, settings, NARROW));
	const contents: Readonly<Record<(typeof REPORT_FILES)[number], string | Buffer>> = {
		html: callPage(report, { wide, narrow }, sound),
		png: await toPng(callChart(report, say, settings, WIDE, report.name)),
		json: `${JSON.stringify(report, undefined, '\t')}\n`,
		csv: toCsv(report),
		srt: toSrt(report),
		vtt: toVtt(report),
	};
	for (const ending of REPORT_FILES) await writeWhole(`${target}.${ending}`, contents[ending]);
}

/** Writes a file so that it is there as a whole or not at all. @throws {SesError} `SES_REPORT_UNWRITABLE` */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
	const part = `${file}.part`;
	try {
		await mkdir(dirname(file), { recursive: true });
		await writeFile(part, content);
		await rename(part, file);
	} catch (error) {
		await rm(part, { force: true }).catch(() => {});
		throw new SesError('SES_REPORT_UNWRITABLE', { file, reason: reasonOf(error) }, error);
	}
}
