import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeafCause, HealthEvent, SesEvent } from '../../domain/index.ts';

/** The sums of a session when they were last told. */
type Sums = Readonly<Record<string, number>>;

const sumsOf = ({ total, ignoredPackets, malformedPackets }: HealthEvent): Sums => ({
	...total,
	ignored: ignoredPackets,
	malformed: malformedPackets,
});

/** Reception over all sessions: the feed tells sums of each session, here only what they grew by is added up. */
export class ReceptionMetrics {
	readonly #packets: Counter<'kind'>;
	readonly #alarms: Counter<'cause'>;
	readonly #sums = new Map<string, Sums>();
	readonly #deaf = new Map<string, number>();

	constructor(registry: Registry) {
		const registers = [registry];
		this.#packets = new Counter({
			name: 'ses_reception_packets_total',
			help: 'Packets by what became of them, over all sessions; late ones are among the lost, too.',
			labelNames: ['kind'],
			registers,
		});
		this.#alarms = new Counter({
			name: 'ses_reception_deaf_alarms_total',
			help: 'Times that a consenting member spoke and nothing could be decoded, by the likeliest cause.',
			labelNames: ['cause'],
			registers,
		});
		new Gauge({
			name: 'ses_reception_deaf_members',
			help: 'Consenting members who speak and cannot be heard.',
			registers,
			collect: this.#collectDeaf(),
		});
		const kinds = [
			'heard',
			'lost',
			'late',
			'duplicate',
			'undecryptable',
			'concealed',
			'recovered',
			'dropped',
			'ignored',
			'malformed',
		];
		for (const kind of kinds) this.#packets.inc({ kind }, 0);
		for (const cause of DEAF_CAUSES) this.#alarms.inc({ cause }, 0);
	}

	see(event: SesEvent): void {
		if (event.type === 'health') this.#health(event);
		else if (event.type === 'reception' && event.status === 'deaf')
			this.#alarms.inc({ cause: event.cause ?? 'unknown' });
		else if (event.type === 'summary') {
			this.#sums.delete(event.sessionId);
			this.#deaf.delete(event.sessionId);
		}
	}

	#health(event: HealthEvent): void {
		const before = this.#sums.get(event.sessionId) ?? {};
		const sums = sumsOf(event);
		for (const [kind, sum] of Object.entries(sums)) this.#packets.inc({ kind }, Math.max(0, sum - (before[kind] ?? 0)));
		this.#sums.set(event.sessionId, sums);
		this.#deaf.set(event.sessionId, event.members.filter(({ deaf }) => deaf !== undefined).length);
	}

	/** prom-client calls it with the metric as `this`. */
	#collectDeaf() {
		const deaf = this.#deaf;
		return function (this: Gauge): void {
			this.set([...deaf.values()].reduce((sum, each) => sum + each, 0));
		};
	}
}

/** All of them, so that a rate is there before the first alarm. */
const DEAF_CAUSES = Object.keys({
	'no-packets': true,
	transport: true,
	encryption: true,
	'not-opus': true,
	'no-decoder': true,
	'bot-deafened': true,
} satisfies Record<DeafCause, true>);
