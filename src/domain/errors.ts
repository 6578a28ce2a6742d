/**
 * Every error that a user can meet: its code, what went wrong, and what to do about it.
 * `{name}` stands for a detail. docs/errors.md lists exactly these; a test keeps it so.
 */
export const ERRORS = {
	SES_CONFIG_INVALID: {
		message: 'The configuration is not valid: {problems}',
		hint: 'Correct the named setting in {source}; docs/configuration.md lists all settings.',
	},
	SES_CONFIG_UNREADABLE: {
		message: 'The configuration file {file} cannot be read: {reason}',
		hint: 'Check the path and that it is a YAML file.',
	},
	SES_TOKEN_MISSING: {
		message: 'DISCORD_TOKEN is not set.',
		hint: 'Create an application at https://discord.com/developers/applications, copy its bot token and set DISCORD_TOKEN. `npm run demo` needs none.',
	},
	SES_TOKEN_REFUSED: {
		message: 'Discord refused the bot token.',
		hint: 'Reset the token on the Bot page of your application and set DISCORD_TOKEN to the new one.',
	},
	SES_TOKENS_INVALID: {
		message: 'DISCORD_TOKENS is not valid: {reason}',
		hint: 'It lists the tokens of further bot accounts, separated by commas; each account counts once.',
	},
	SES_DISCORD_UNREACHABLE: {
		message: 'Discord cannot be reached at {base}: {reason}',
		hint: 'Check the network, and DISCORD_API_BASE if you have set it.',
	},
	SES_CLIENT_UNUSABLE: {
		message: 'The Discord client cannot be used: {reason}',
		hint: 'Give it the intents Guilds and GuildVoiceStates, and log it in before createEmotionSense() is awaited (docs/plugin.md).',
	},
	SES_MODEL_MISSING: {
		message: 'The model file {file} is missing.',
		hint: 'Restore the models folder from the package or the repository, choose another inference.modelVariant, or point inference.modelDirectory at a folder that has manifest.json and its model.',
	},
	SES_MODEL_ALTERED: {
		message: 'The model file {file} is not the one its manifest describes: sha256 is {actual}, expected {expected}.',
		hint: 'Restore the file from the package or the repository; a new model needs its own manifest (see training/README.md).',
	},
	SES_MODEL_MANIFEST_INVALID: {
		message: 'The model manifest {file} is not valid: {problems}',
		hint: 'Restore models/manifest.json, or export the model again with training/export.py.',
	},
	SES_MODEL_SELF_TEST: {
		message: 'The model does not reproduce its self-test: largest difference {difference} (allowed {tolerance}).',
		hint: 'The execution provider computes wrongly on this machine; name `cpu` last in inference.providers.',
	},
	SES_RUNTIME_UNUSABLE: {
		message: 'ONNX Runtime cannot run the model on `{provider}`: {reason}',
		hint: 'Run `npm ci` again (it brings the CPU runtime); all other inference.providers need the libraries of their vendors.',
	},
	SES_AUDIO_NOT_FOUND: {
		message: '{file}: no such file.',
		hint: 'Check the path.',
	},
	SES_AUDIO_NOT_A_FILE: {
		message: '{file}: is a directory, not a recording.',
		hint: 'Name the recordings in it, for example {file}/*.wav.',
	},
	SES_AUDIO_SPECIAL: {
		message: '{file}: is a device or a pipe, not a recording.',
		hint: 'Save the audio to a file first.',
	},
	SES_AUDIO_UNREADABLE: {
		message: '{file}: cannot be read: {reason}',
		hint: 'Check the permissions of the file and of the folders above it.',
	},
	SES_AUDIO_EMPTY: {
		message: '{file}: the file is empty.',
		hint: 'Record or copy it again.',
	},
	SES_AUDIO_CORRUPT: {
		message: '{file}: not a readable {format} recording: {reason}',
		hint: 'Check that it plays elsewhere, or convert it: ffmpeg -i INPUT -ac 1 -ar 16000 output.wav',
	},
	SES_AUDIO_FORMAT: {
		message: '{file}: {format} cannot be read without ffmpeg.',
		hint: 'Install ffmpeg (Debian: apt-get install ffmpeg), or convert the file to WAV or Ogg/Opus.',
	},
	SES_AUDIO_NO_SPEECH: {
		message: '{file}: no speech was found in {duration} of audio.',
		hint: 'Check the recording level and the right channel; segmenter.minSnrDb sets how far speech must rise above the noise.',
	},
	SES_AUDIO_TOO_LONG: {
		message: '{file}: longer than the {limit} allowed for one recording.',
		hint: 'Split it, or raise analyze.maxDurationMs.',
	},
	SES_AUDIO_TRUNCATED: {
		message: '{file}: cut off at its end ({reason}); what is there was analysed.',
		hint: 'Copy it again if the whole exists elsewhere: nothing is known of what is missing.',
	},
	SES_FFMPEG_MISSING: {
		message: 'ffmpeg cannot be run: {reason}',
		hint: 'Install it (Debian: apt-get install ffmpeg), or pipe raw samples into `ses listen - --rate 16000`, which needs none.',
	},
	SES_INPUT_FAILED: {
		message: '{input}: ffmpeg gives no audio (any more): {reason}',
		hint: 'Check the name, --format and that nothing else holds the device: `ffmpeg -sources pulse` or `arecord -L` list devices, and `ffmpeg -f pulse -i default -t 1 test.wav` tries one.',
	},
	SES_NOT_AGREED: {
		message: 'Nobody is heard before they agreed to it.',
		hint: 'Ask all who will be heard, adults and not at work or at school, and say so with --agreed.',
	},
	SES_AGENT_REFUSED: {
		message:
			"The agent's side of a call is not scored: recognising the emotions of people at work is prohibited (EU AI Act, Art. 5(1)(f)).",
		hint: "Name the customer's side: --customer left or right (A or B in a mono call). Of the other side it is noted only when somebody speaks. What is no call, and nobody's work, is analysed with --kind conversation.",
	},
	SES_ANALYSIS_LOST: {
		message: '{file}: the process that analysed it ended ({reason}).',
		hint: 'Run the command again: what is done is skipped. If this repeats, try --jobs 1.',
	},
	SES_REPORT_UNWRITABLE: {
		message: '{file}: cannot be written: {reason}',
		hint: 'Check that the folder can be written to and has space left.',
	},
	SES_EVAL_MANIFEST: {
		message: '{file}, line {line}: {reason}',
		hint: 'The manifest is a CSV file with the columns file,label,speaker,corpus; labels are {labels}.',
	},
	SES_REDIS_UNREACHABLE: {
		message: 'Redis cannot be reached at {url}: {reason}',
		hint: 'Start it or correct REDIS_URL; without REDIS_URL the embedded queue needs no server.',
	},
	SES_REDIS_REFUSED: {
		message: 'Redis at {url} does not let us in: {reason}',
		hint: 'Put user and password into REDIS_URL, redis://user:password@host:6379, with special characters as %XX.',
	},
	SES_REDIS_UNSUITABLE: {
		message: 'Redis at {url} cannot carry the queue: {reason}',
		hint: 'docs/scaling.md says which servers can, and how REDIS_URL names them.',
	},
	SES_PORT_UNUSABLE: {
		message: 'Nothing can be served at {host}:{port} ({purpose}): {reason}',
		hint: 'Choose another port in {setting}, or end what listens there.',
	},
	SES_WEB_TOKENS: {
		message: 'The token file {file} cannot be used: {reason}',
		hint: 'Check its permissions. If it is damaged, delete it and make the tokens anew with `ses token create`.',
	},
	SES_PAYLOAD_REFUSED: {
		message: 'An utterance on the Redis queue was refused: {reason}',
		hint: 'Bot and workers must be of one version and have the same SES_PAYLOAD_KEY, or none. Such utterances are dropped and counted as failed.',
	},
	SES_WORKER_LOST: {
		message: 'The inference worker stopped ({reason}).',
		hint: 'It is restarted by itself. If this repeats, run `ses doctor`.',
	},
	SES_WORKER_GIVEN_UP: {
		message:
			'The inference worker was lost {losses} times with nothing classified between ({reason}); it is not started again.',
		hint: 'Run `ses doctor`; if inference.providers names a GPU, try cpu. inference.maxRestarts sets when it gives up.',
	},
	SES_POISON_JOB: {
		message: 'An utterance ended the inference worker {attempts} times ({reason}); it is not tried again.',
		hint: 'Nothing else is lost. If this repeats, run `ses doctor` and report the reason.',
	},
	SES_INFERENCE_FAILED: {
		message: '{file}: an utterance could not be classified ({cause}): {reason}',
		hint: 'Try again; if this repeats, run `ses doctor`.',
	},
	SES_STORE_KEY: {
		message: 'The stored data cannot be decrypted with this key.',
		hint: 'Set storage.keyFile (or SES_STORAGE_KEY) to the key that was in use when the data was written.',
	},
	SES_STORE_KEY_INVALID: {
		message: '{source} does not hold a storage key.',
		hint: 'A key is 32 bytes as hex or base64, on one line. Restore the file, or make a key for a new store: openssl rand -base64 32',
	},
	SES_STORE_UNUSABLE: {
		message: 'The store {file} cannot be used: {reason}',
		hint: 'Check that the folder exists, is writable and has space left.',
	},
	SES_DATABASE_UNREACHABLE: {
		message: 'PostgreSQL cannot be reached at {url}: {reason}',
		hint: 'Start it or correct DATABASE_URL; without DATABASE_URL the store is a SQLite file and needs no server.',
	},
	SES_DATABASE_REFUSED: {
		message: 'PostgreSQL at {url} does not let us in: {reason}',
		hint: 'Put user and password into DATABASE_URL, postgres://user:password@host:5432/database, with special characters as %XX; the user must own the database. docs/storage.md says how to use TLS.',
	},
	SES_DATABASE_TIMEOUT: {
		message: 'PostgreSQL at {url} took too long: {reason}',
		hint: 'Look for locks and load on the server, or raise storage.statementTimeoutMs and storage.connectTimeoutMs. What was to be written is kept and tried again.',
	},
	SES_DATABASE_UNSUITABLE: {
		message: 'PostgreSQL at {url} cannot hold the store: {reason}',
		hint: 'Update the server; docs/storage.md says which releases can.',
	},
	SES_CHART_FAILED: {
		message: 'A chart could not be drawn: {reason}',
		hint: 'Ask for it again. If this repeats, run `npm ci` again (it brings the canvas and the font) and report the reason.',
	},
	SES_RULES_UNREADABLE: {
		message: 'The rules file {file} cannot be read: {reason}',
		hint: 'Check middleware.replies.rulesFile and that it is a YAML file; without it the shipped config/rules.yaml is used.',
	},
	SES_RULES_INVALID: {
		message: 'The rules are not valid: {problems}',
		hint: 'Correct them at the line and column given (`ses rules check FILE`); docs/rules.md lists what there is. Rules that are in force stay.',
	},
	SES_RULES_EVENTS: {
		message: '{file}, line {line}: {reason}',
		hint: '`ses rules test` takes events as `ses start --json` prints them: one JSON object a line.',
	},
	SES_USAGE: {
		message: '{reason}',
		hint: 'Run `ses --help` for the commands and their options.',
	},
} as const satisfies Record<string, { message: string; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

const fill = (template: string, details: Readonly<Record<string, string | number>>): string =>
	template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(details[name] ?? placeholder));

/** An error that tells its reader what was wrong, where, and what to do. */
export class SesError extends Error {
	override readonly name = 'SesError';
	readonly code: ErrorCode;
	readonly hint: string;

	constructor(code: ErrorCode, details: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
		super(fill(ERRORS[code].message, details), cause === undefined ? undefined : { cause });
		this.code = code;
		this.hint = fill(ERRORS[code].hint, details);
	}
}

/** The text of anything thrown, for the `{reason}` of a {@link SesError}. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
