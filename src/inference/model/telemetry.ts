/**
 * Keeps ONNX Runtime to itself. Since 1.30 its builds for Linux and macOS report what they run on to
 * their maker, and leave files in the home and the temporary folder; this variable is their opt-out.
 *
 * It must be set in the main thread, before the library is loaded anywhere: a worker's environment is
 * a copy that native code does not see.
 */
export function silenceTelemetry(): void {
	process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
