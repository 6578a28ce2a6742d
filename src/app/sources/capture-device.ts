import type { FfmpegSourceOptions } from './ffmpeg-source.ts';

/** What captures sound where; elsewhere it is PulseAudio, which PipeWire answers, too. */
const FORMATS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'avfoundation', win32: 'dshow' };

/**
 * A microphone or another capture device, by its name as the system has it.
 *
 * @param format `pulse`, `alsa`, `avfoundation`, `dshow` or another that this ffmpeg can capture by
 */
export function captureDevice(
	device: string,
	format = FORMATS[process.platform] ?? 'pulse',
): Required<Pick<FfmpegSourceOptions, 'format'>> & { readonly input: string } {
	// avfoundation has the video first, dshow wants to be told which of the two it is.
	if (format === 'avfoundation' && !device.includes(':')) return { format, input: `:${device}` };
	if (format === 'dshow' && !device.includes('=')) return { format, input: `audio=${device}` };
	return { format, input: device };
}
