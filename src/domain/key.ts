/** AES-256. */
export const KEY_BYTES = 32;

/** @returns the 32 bytes that `text` spells in hex or base64, or undefined when it does not */
export function parseKey(text: string): Buffer | undefined {
	const trimmed = text.trim();
	if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
	if (!/^[\w+/-]{43}=?$/.test(trimmed)) return undefined;
	const key = Buffer.from(trimmed, 'base64');
	return key.length === KEY_BYTES ? key : undefined;
}
