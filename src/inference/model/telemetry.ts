/**
 * Keeps ONNX Runtime to itself. Since 1.30 its builds for Linux and macOS report what they run on to
 * their maker, leave files in the home and the temporary folder, and go through the command line with a
 * matcher so recursive that a call which names some hundred files ends in a segmentation fault. This
 * variable is their opt-out.
 *
 * It must be set in the main thread, before the library is loaded anywhere: a worker's environment is
 * a copy that native code does not see.
 */
export function silenceTelemetry(): void {
	process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
