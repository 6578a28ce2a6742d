/** Milliseconds since the Unix epoch, of a clock that never jumps; it agrees with the bot's. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
