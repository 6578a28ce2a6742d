import { setTimeout as delay } from 'node:timers/promises';
import { segmenterOptions } from '../../../src/audio/index.ts';
import { type Prng, type SimulatedMember, seededPrng } from '../../../src/sim/index.ts';
import { quantile } from '../../harness/statistics.ts';
import { type Clip, readClips } from '../../soak/clips.ts';
import { nowMs } from '../../soak/clock.ts';
import type { Conversation } from './messages.ts';

const PACKET_MS = 20;
/** Clients that send while there is a voice begin a little before it and end a little after. */
const MARGIN_MS = 100;
/** Recordings that make one turn: 1.5 to 6 s or so. */
const MOST_CLIPS = 3;
const SHORTEST_PAUSE_MS = 800;
const LONGEST_PAUSE_MS = 1_600;

/** Packets of one turn, and when its speech ends after the first of them is sent. */
interface Turn {
	readonly packets: readonly Buffer[];
	readonly endMs: number;
}

let reading: Promise<Clip[]> | undefined;

function turnOf(clips: readonly Clip[], random: Prng): Turn {
	const { padMs } = segmenterOptions.parse({});
	const count = 1 + Math.floor(random() * MOST_CLIPS);
	const packets: Buffer[] = [];
	let endMs = 0;
	for (let index = 0; index < count; index++) {
		const clip = clips[Math.floor(random() * clips.length)] as Clip;
		const first = Math.max(0, Math.floor((clip.startMs - MARGIN_MS) / PACKET_MS));
		const last = Math.ceil((clip.endMs + MARGIN_MS) / PACKET_MS);
		endMs = packets.length * PACKET_MS + clip.endMs - padMs - first * PACKET_MS;
		packets.push(...clip.packets.slice(first, last));
	}
	return { packets, endMs };
}

/** Everybody talks turn by turn in real time, all at once and each at a pace of their own, until the time is over. */
export async function converse(members: readonly SimulatedMember[], durationMs: number): Promise<Conversation> {
	reading ??= readClips();
	const clips = await reading;
	const until = nowMs() + durationMs;
	const turns: { speakerId: string; endMs: number }[] = [];
	const late: number[] = [];
	let packets = 0;
	const talk = async (member: SimulatedMember, random: Prng): Promise<void> => {
		await delay(random() * LONGEST_PAUSE_MS);
		while (nowMs() < until) {
			const turn = turnOf(clips, random);
			let fromMs = nowMs();
			function* timed(): Generator<Buffer> {
				// The first packet is due when it is asked for; the server is told of the speaker before.
				fromMs = nowMs();
				for (const [index, packet] of turn.packets.entries()) {
					yield packet;
					// Asked for the next one, the last has just left.
					late.push(Math.max(0, nowMs() - fromMs - index * PACKET_MS));
				}
			}
			const { packets: sent } = await member.speak(timed());
			packets += sent;
			turns.push({ speakerId: member.id, endMs: fromMs + turn.endMs });
			await delay(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
		}
	};
	await Promise.all(members.map((member, index) => talk(member, seededPrng(index + 1))));
	return { turns, packets, lateMs: { p95: Math.round(quantile(late, 0.95)), max: Math.round(quantile(late, 1)) } };
}
