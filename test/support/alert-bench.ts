import { PermissionFlagsBits } from 'discord.js';
import { createChartRenderer } from '../../src/charts/index.ts';
import type { AlertRecord, AlertSettings, AuditEntry, Log } from '../../src/domain/index.ts';
import type { Message, SimulatedMember } from '../../src/sim/index.ts';
import { alertRecord } from './alerts.ts';
import { SILENT_LOG, startBench, type TestBench } from './discord.ts';

/** A busy machine loads the charts' library for seconds. */
export const PATIENT = { timeoutMs: 30_000 };
export const SLOW = 90_000;

export const ALERTING = {
	mode: 'monitor',
	thresholds: { warm: 0.3, hot: 0.55 },
	consoleUrl: 'https://ses.example.org/',
} as const;

/** All that a message of components shows in words. */
export const textOf = (components: readonly unknown[] = []): string =>
	JSON.stringify(components)
		.match(/"(?:content|label)":"(?:[^"\\]|\\.)*"/g)
		?.map((found) => JSON.parse(found.slice(found.indexOf(':') + 1)) as string)
		.join('\n') ?? '';

interface Button {
	readonly custom_id?: string;
	readonly url?: string;
	readonly disabled?: boolean;
}

export function buttonsOf(components: readonly unknown[] = []): Button[] {
	const found: Button[] = [];
	JSON.stringify(components, (_, value) => {
		if (value?.type === 2) found.push(value);
		return value;
	});
	return found;
}

export interface AlertBench extends TestBench {
	/** Warnings in the log. */
	readonly warnings: readonly { readonly values: object; readonly message: string }[];
	/** Manages messages. */
	readonly mod: SimulatedMember;
	/** Times members out, and reads German. */
	readonly other: SimulatedMember;
	/** May do neither. */
	readonly member: SimulatedMember;
	/** Those whose speech the alert rests on. */
	readonly speakers: readonly string[];
	readonly guildId: string;
	/** What stands in the moderators' channel, for all to see. */
	posted(): Message[];
	idOf(channel: string): string;
	stored(alertId: string): Promise<AlertRecord | undefined>;
	audit(): Promise<AuditEntry[]>;
	/** Live alerts in the moderators' channel. */
	choose(settings?: Partial<AlertSettings>): Promise<void>;
	/** As the program does it: kept first, then the moderators are called. */
	raise(changes?: Partial<AlertRecord>): Promise<boolean>;
}

/** The bot on a simulated Discord with a moderators' channel, and real charts. */
export async function startAlertBench(): Promise<AlertBench> {
	const warnings: { values: object; message: string }[] = [];
	const log: Log = { ...SILENT_LOG, warn: (values, message) => void warnings.push({ values, message }) };
	const options = { charts: createChartRenderer(), alerting: ALERTING, log };
	const bench = await startBench(options, {}, [{ name: 'mods' }]);
	const { discord, store, bot } = bench;
	const create = (name: string, permissions = 0n, locale = 'en-US') =>
		discord.createMember({ name, permissions, locale, listens: false });
	const guildId = discord.guild('Test').id;
	const idOf = (channel: string): string => discord.channel(channel).id;
	const speakers = [create('Ben').id, create('Cleo').id];
	return {
		...bench,
		warnings,
		mod: create('Mona', PermissionFlagsBits.ManageMessages),
		other: create('Otto', PermissionFlagsBits.ModerateMembers, 'de'),
		member: create('Mia'),
		speakers,
		guildId,
		idOf,
		posted: () => discord.messages('mods').filter(({ ephemeralFor }) => ephemeralFor === undefined),
		stored: (alertId) => store.alerts.get(guildId, alertId),
		audit: () => store.audit.list(guildId, { from: 0, limit: 100 }),
		choose: (settings) =>
			store.settings.set(guildId, {
				alerts: { mode: 'live', channelId: idOf('mods'), thresholdShift: 0, ...settings },
			}),
		raise: async (changes = {}) => {
			const alert = alertRecord({ guildId, channelId: idOf('lounge'), speakers }, changes);
			await store.alerts.add(alert);
			return bot.alerts.post(alert);
		},
		[Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
	};
}
