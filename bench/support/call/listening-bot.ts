import { getVoiceConnection, type VoiceConnection } from '@discordjs/voice';
import { type Bot, type BotServices, startBot } from '../../../src/bot/index.ts';
import { createChartRenderer } from '../../../src/charts/index.ts';
import type { Log } from '../../../src/domain/index.ts';
import { openStore } from '../../../src/storage/index.ts';
import { workingState } from './working-state.ts';

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const DEADLINE_MS = 20_000;
const RTP_HEADER_BYTES = 12;

/** The real bot with all of its reception, and nothing behind it: utterances are let go of. */
export class ListeningBot implements AsyncDisposable {
	readonly bot: Bot;
	readonly #running: AsyncDisposableStack;
	readonly #received: Buffer[] = [];

	private constructor(bot: Bot, running: AsyncDisposableStack) {
		this.bot = bot;
		this.#running = running;
	}

	static async start(token: string, apiBase: string): Promise<ListeningBot> {
		await using stack = new AsyncDisposableStack();
		const store = stack.use(await openStore({ file: ':memory:', key: '00'.repeat(32) }));
		const services: BotServices = {
			consents: store.consents,
			moods: store.moods,
			settings: store.settings,
			alerts: store.alerts,
			audit: store.audit,
			charts: createChartRenderer(),
			listener: { started: () => {}, utterance: () => {}, ended: () => {} },
			publish: () => {},
			log: SILENT,
			retentionDays: 1,
			tuning: {},
		};
		const options = { apiBase, attested: true, connectDeadlineMs: DEADLINE_MS, loginDeadlineMs: DEADLINE_MS };
		const bot = stack.use(await startBot(token, options, services));
		return new ListeningBot(bot, stack.move());
	}

	get connection(): VoiceConnection {
		const [session] = this.bot.sessions.all;
		const connection = session && getVoiceConnection(session.channel.guild.id, this.bot.client.user.id);
		if (!connection) throw new Error('The bot is in no voice channel.');
		return connection;
	}

	/** Packets that came out of its decoders. */
	get heard(): number {
		return this.bot.sessions.all.flatMap(({ health }) => health).reduce((sum, { heard }) => sum + heard, 0);
	}

	/** Of its transport encryption. */
	get key(): Uint8Array {
		return workingState(this.connection).connectionData.secretKey;
	}

	/** From now on keeps what comes out of the socket. */
	record(): void {
		workingState(this.connection).udp.on('message', (message) => {
			if (message.length > RTP_HEADER_BYTES) this.#received.push(message);
		});
	}

	/** What has come since the last call. */
	takeRecorded(): Buffer[] {
		return this.#received.splice(0);
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.#running.disposeAsync();
	}
}
