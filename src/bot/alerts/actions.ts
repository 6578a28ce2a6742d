import {
	type AlertFigures,
	type AlertRecord,
	type AlertSettings,
	type AlertStore,
	type AuditAction,
	type AuditStore,
	alertFigures,
	type Clock,
	tunedShift,
	type Verdict,
} from '../../domain/index.ts';
import { InTurn } from '../in-turn.ts';
import type { CommunitySettings } from '../setup/community-settings.ts';
import { type AlertingOptions, alertSettings } from './options.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Figures and tuning look back this far. */
const FIGURES_DAYS = 30;
/** More alerts than this in that time are not looked at. */
const MOST_ALERTS = 500;
/** One press of more or less sensitive. */
const SHIFT_STEP = 0.05;
/** Of the thresholds, either way. */
export const LARGEST_SHIFT = 0.2;
const MUTE_MS = 30 * 60 * 1000;

/** A moderator, in the community where they do something. */
export interface Moderator {
	readonly guildId: string;
	readonly userId: string;
}

/** What became of a change to an alert; `already`: it was like that before. */
export type AlertOutcome =
	| { readonly status: 'unknown' }
	| { readonly status: 'done' | 'already'; readonly alert: AlertRecord };

/** A verdict may move the thresholds. */
export type VerdictOutcome = AlertOutcome & {
	readonly shift?: { readonly before: number; readonly after: number };
};

export type TuneChoice = 'more' | 'less' | 'automatic';

export interface AlertActionsOptions {
	readonly alerts: AlertStore;
	readonly audit: AuditStore;
	readonly community: CommunitySettings;
	readonly alerting: AlertingOptions;
	readonly clock: Clock;
}

const signed = (shift: number): string => `${shift < 0 ? '−' : '+'}${Math.abs(shift).toFixed(2)}`;

/**
 * What moderators do with alerts. The audit log has it before it happens, so that nothing is done or shown
 * that it does not know of; and what concerns one community happens in turn, so that of two who press the same
 * button the second is told of the first.
 */
export class AlertActions {
	readonly #options: AlertActionsOptions;
	readonly #turns = new InTurn();

	constructor(options: AlertActionsOptions) {
		this.#options = options;
	}

	get(guildId: string, alertId: string): Promise<AlertRecord | undefined> {
		return this.#options.alerts.get(guildId, alertId);
	}

	/** Newest first, those that nobody was called of included. */
	recent(guildId: string, limit: number): Promise<AlertRecord[]> {
		return this.#options.alerts.list(guildId, { from: 0, limit });
	}

	/** The first who takes an alert on has it. */
	acknowledge(who: Moderator, alertId: string): Promise<AlertOutcome> {
		return this.#change(who, alertId, async (alert, at) => {
			if (alert.acknowledged) return undefined;
			await this.#log(who, 'acknowledge', alertId, '');
			return { acknowledged: { by: who.userId, at } };
		});
	}

	/** A verdict may be revised; the last one counts. Unless a community tunes by hand, it moves the thresholds. */
	async judge(who: Moderator, alertId: string, verdict: Verdict): Promise<VerdictOutcome> {
		const outcome = await this.#change(who, alertId, async (alert, at) => {
			const before = alert.verdict?.verdict;
			if (before === verdict) return undefined;
			await this.#log(who, 'verdict', alertId, `${before ?? '–'} → ${verdict}`);
			return { verdict: { by: who.userId, at, verdict } };
		});
		if (outcome.status !== 'done') return outcome;
		const shift = await this.#retune(who.guildId);
		return shift ? { ...outcome, shift } : outcome;
	}

	/** No alerts in the community for half an hour from now on. @returns until when, milliseconds since the Unix epoch */
	async mute(who: Moderator): Promise<number> {
		const mutedUntil = this.#options.clock() + MUTE_MS;
		await this.#log(who, 'mute', 'alerts.mutedUntil', new Date(mutedUntil).toISOString());
		await this.#choose(who.guildId, (alerts) => ({ ...alerts, mutedUntil }));
		return mutedUntil;
	}

	/** @returns whether they were muted */
	async unmute(who: Moderator): Promise<boolean> {
		const { mutedUntil = 0 } = await this.settings(who.guildId);
		if (mutedUntil <= this.#options.clock()) return false;
		await this.#log(who, 'mute', 'alerts.mutedUntil', `${new Date(mutedUntil).toISOString()} → –`);
		await this.#choose(who.guildId, ({ mutedUntil: _, ...alerts }) => alerts);
		return true;
	}

	/**
	 * Names those whose speech an alert rests on, to one moderator and for a reason that others can read.
	 *
	 * @returns user ids, none where all of them have erased what was kept; `undefined` where there is no such alert
	 */
	async reveal(who: Moderator, alertId: string, reason: string): Promise<readonly string[] | undefined> {
		const alert = await this.get(who.guildId, alertId);
		if (!alert) return undefined;
		await this.#log(who, 'reveal', alertId, reason);
		return alert.speakers;
	}

	async settings(guildId: string): Promise<AlertSettings> {
		return alertSettings(await this.#options.community.read(guildId), this.#options.alerting);
	}

	/** How alerts turned out over the last 30 days, or since the set-up when that was later. */
	async figures(guildId: string): Promise<AlertFigures & { readonly days: number }> {
		const now = this.#options.clock();
		const { attestation } = await this.#options.community.read(guildId);
		const from = Math.max(now - FIGURES_DAYS * DAY_MS, attestation?.at ?? 0);
		const alerts = await this.#options.alerts.list(guildId, { from, limit: MOST_ALERTS });
		const days = Math.max(1, Math.round((now - from) / DAY_MS));
		return { ...alertFigures(alerts, { from, to: now + 1 }), days };
	}

	/** Moves the thresholds by hand, or has verdicts move them from now on. */
	tune(who: Moderator, choice: TuneChoice): Promise<AlertSettings> {
		return this.#turns.run(who.guildId, async () => {
			const before = await this.settings(who.guildId);
			const by = choice === 'more' ? -SHIFT_STEP : choice === 'less' ? SHIFT_STEP : 0;
			const moved = Math.min(LARGEST_SHIFT, Math.max(-LARGEST_SHIFT, before.thresholdShift + by));
			const thresholdShift = Math.round(moved * 100) / 100;
			const tuning = choice === 'automatic' ? 'automatic' : 'manual';
			const state = (shift: number, how = 'automatic') => `${signed(shift)} ${how}`;
			const detail = `${state(before.thresholdShift, before.tuning)} → ${state(thresholdShift, tuning)}`;
			await this.#log(who, 'tune', 'alerts.thresholdShift', detail);
			return this.#choose(who.guildId, (alerts) => ({ ...alerts, thresholdShift, tuning }));
		});
	}

	#change(
		{ guildId }: Moderator,
		alertId: string,
		decide: (alert: AlertRecord, at: number) => Promise<Parameters<AlertStore['change']>[2] | undefined>,
	): Promise<AlertOutcome> {
		return this.#turns.run(guildId, async () => {
			const alert = await this.get(guildId, alertId);
			if (!alert) return { status: 'unknown' };
			const change = await decide(alert, this.#options.clock());
			if (!change) return { status: 'already', alert };
			const changed = await this.#options.alerts.change(guildId, alertId, change);
			return changed ? { status: 'done', alert: changed } : { status: 'unknown' };
		});
	}

	#retune(guildId: string): Promise<VerdictOutcome['shift']> {
		return this.#turns.run(guildId, async () => {
			const { thresholdShift: before, tuning } = await this.settings(guildId);
			if (tuning === 'manual') return undefined;
			const from = this.#options.clock() - FIGURES_DAYS * DAY_MS;
			const after = tunedShift(await this.#options.alerts.list(guildId, { from, limit: MOST_ALERTS }), before);
			if (after === before) return undefined;
			const detail = `${signed(before)} → ${signed(after)}`;
			await this.#log({ guildId, userId: 'system' }, 'tune', 'alerts.thresholdShift', detail);
			await this.#choose(guildId, (alerts) => ({ ...alerts, thresholdShift: after }));
			return { before, after };
		});
	}

	async #choose(guildId: string, alter: (before: AlertSettings) => AlertSettings): Promise<AlertSettings> {
		const { community, alerting } = this.#options;
		const { after } = await community.change(guildId, (before) => ({
			...before,
			alerts: alter(alertSettings(before, alerting)),
		}));
		return alertSettings(after, alerting);
	}

	#log({ guildId, userId }: Moderator, action: AuditAction, subject: string, detail: string): Promise<void> {
		return this.#options.audit.add({ guildId, at: this.#options.clock(), actor: userId, action, subject, detail });
	}
}
