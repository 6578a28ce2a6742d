import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation of the JavaScript heap as small as it began, about 1 MB, from here on: what passes through
 * while a recording is read lives briefly, and V8 would let up to some 50 MB of it lie about. It costs no time that
 * could be measured, and unlike `--max-semi-space-size` it can be asked for by a running process.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');
