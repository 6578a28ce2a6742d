import type { IncomingMessage } from 'node:http';
import { refusals, type UploadedFile } from '../service/index.ts';
import { parseClientJson } from '../snowflake.ts';

/** Discord's limit for one file of a bot in a server without boosts is 10 MiB; a request holds ten. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_REQUEST_BYTES = 26 * 1024 * 1024;
const FILE_FIELD = /^files\[(\d+)\]$/;

export interface RequestBody {
	/** Undefined when the request has no body. */
	readonly json: unknown;
	readonly files: readonly UploadedFile[];
}

/** @throws ApiError for what is too large or cannot be parsed */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
	const bytes = await readBytes(request);
	if (bytes.length === 0) return { json: undefined, files: [] };
	const contentType = request.headers['content-type'] ?? '';
	if (contentType.startsWith('multipart/form-data')) return readMultipart(bytes, contentType);
	return { json: parseJson(bytes.toString()), files: [] };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_REQUEST_BYTES) throw refusals.tooLarge();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** JSON in `payload_json`, files in `files[n]`; Node parses the multipart body itself. */
async function readMultipart(bytes: Buffer, contentType: string): Promise<RequestBody> {
	const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
		.formData()
		.catch(() => {
			throw refusals.invalidJson();
		});
	const files: UploadedFile[] = [];
	for (const [field, value] of form) {
		const index = FILE_FIELD.exec(field)?.[1];
		if (index === undefined || typeof value === 'string') continue;
		if (value.size > MAX_FILE_BYTES) throw refusals.tooLarge();
		const content = Buffer.from(await value.arrayBuffer());
		files.push({ index, filename: value.name, contentType: value.type || contentTypeOf(value.name), bytes: content });
	}
	const payload = form.get('payload_json');
	return { json: typeof payload === 'string' ? parseJson(payload) : {}, files };
}

function parseJson(text: string): unknown {
	try {
		return parseClientJson(text);
	} catch {
		throw refusals.invalidJson();
	}
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	gif: 'image/gif',
	webp: 'image/webp',
	svg: 'image/svg+xml',
	json: 'application/json',
	csv: 'text/csv; charset=utf-8',
	txt: 'text/plain; charset=utf-8',
	ogg: 'audio/ogg',
	zip: 'application/zip',
};

const contentTypeOf = (filename: string): string =>
	CONTENT_TYPES[filename.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
