import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the event loop does for a voice, in the order of its way. */
export const STAGES = ['transport', 'decode', 'segment', 'queue', 'effects', 'collector', 'rest'] as const;
export type Stage = (typeof STAGES)[number];

/** A profile as V8 writes it; times in microseconds of the machine's monotonic clock. */
const profileSchema = z.object({
	startTime: z.number(),
	samples: z.array(z.number()),
	timeDeltas: z.array(z.number()),
	nodes: z.array(
		z.object({
			id: z.number(),
			callFrame: z.object({ functionName: z.string(), url: z.string() }),
			children: z.array(z.number()).optional(),
		}),
	),
});
type Profile = z.infer<typeof profileSchema>;

/** Whose work a file's is; the first that fits. */
const ROOMS: readonly (readonly [RegExp, Stage])[] = [
	[/src\/bot\/reception\//, 'transport'],
	[/@discordjs\/voice|@snazzah\/davey|node:dgram|node:internal\/dgram|node:internal\/crypto/, 'transport'],
	[/src\/audio\/opus|^wasm:|opus-encdec/, 'decode'],
	[/src\/audio\//, 'segment'],
	[/src\/inference\//, 'queue'],
	[/src\/(?:middleware|storage|web|app|domain)\/|kysely|node:sqlite|hono/, 'effects'],
];

/** By name: a function may be called `constructor`, which every plain object has. */
const OWN: ReadonlyMap<string, Stage | 'idle'> = new Map([
	['(idle)', 'idle'],
	['(garbage collector)', 'collector'],
]);

/** The stage of each node: that of its own file, or of whoever called it. */
function stagesOf({ nodes }: Profile): Map<number, Stage | 'idle'> {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const stages = new Map<number, Stage | 'idle'>();
	const walk = (id: number, caller: Stage): void => {
		const node = byId.get(id);
		if (!node) return;
		const { functionName, url } = node.callFrame;
		const stage = ROOMS.find(([pattern]) => pattern.test(url))?.[1] ?? caller;
		stages.set(id, OWN.get(functionName) ?? stage);
		for (const child of node.children ?? []) walk(child, stage);
	};
	const called = new Set(nodes.flatMap(({ children = [] }) => children));
	for (const { id } of nodes) if (!called.has(id)) walk(id, 'rest');
	return stages;
}

/** The event loop's profile among those of all threads: the one that decodes. */
export async function readProfile(folder: string): Promise<Profile> {
	const profiles = await Promise.all(
		(await readdir(folder)).map(async (file) =>
			profileSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8'))),
		),
	);
	const decodes = ({ nodes }: Profile): boolean =>
		nodes.some(({ callFrame }) => /src\/audio\/opus/.test(callFrame.url));
	const main = profiles.find(decodes);
	if (!main) throw new Error('The bot left no profile of its event loop.');
	return main;
}

/** What of the event loop's working time went into each stage between two moments; they sum to 1. */
export function sharesOf(profile: Profile, [fromUs, toUs]: readonly [number, number]): Record<Stage, number> {
	const stages = stagesOf(profile);
	const time = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
	let atUs = profile.startTime;
	for (const [index, id] of profile.samples.entries()) {
		const took = profile.timeDeltas[index] ?? 0;
		atUs += took;
		const stage = stages.get(id) ?? 'rest';
		if (stage !== 'idle' && atUs >= fromUs && atUs <= toUs) time[stage] += Math.max(0, took);
	}
	const total = Object.values(time).reduce((sum, each) => sum + each, 0);
	if (total === 0) throw new Error('The profile holds nothing of the time in question.');
	return Object.fromEntries(STAGES.map((stage) => [stage, time[stage] / total])) as Record<Stage, number>;
}
