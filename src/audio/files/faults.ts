import { SesError } from '../../domain/index.ts';
import { UnreadableError } from './source.ts';

/** Puts what went wrong into the words of the error table. */
export function explained(error: unknown, file: string, format: string): unknown {
	if (error instanceof UnreadableError) {
		return new SesError('SES_AUDIO_CORRUPT', { file, format, reason: error.message }, error);
	}
	// The disk's own complaints (EIO, ESTALE …).
	if (error instanceof Error && 'syscall' in error) {
		return new SesError('SES_AUDIO_UNREADABLE', { file, reason: error.message }, error);
	}
	return error;
}

export const tooLong = (file: string, maxDurationMs: number): SesError =>
	new SesError('SES_AUDIO_TOO_LONG', { file, limit: describeDuration(maxDurationMs) });

function describeDuration(ms: number): string {
	if (ms >= 3_600_000) return `${Number((ms / 3_600_000).toFixed(1))} h`;
	return ms >= 60_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}
