import { ComponentType } from 'discord.js';
import type { InteractionReply, SimulatedDiscord, SimulatedMember } from '../../sim/index.ts';

/** Of what is said in a message of components, and of its buttons, in the order in which they are read. */
interface Shown {
	readonly lines: readonly string[];
	readonly buttons: readonly { readonly label: string; readonly customId: string }[];
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function* nodesOf(components: unknown): Generator<Node> {
	for (const node of (Array.isArray(components) ? components : []).filter(isNode)) {
		yield node;
		yield* nodesOf(node['components']);
	}
}

/** A message as a terminal can show it: mentions become names, times go. */
export function shownOf(components: readonly unknown[], nameOf: (id: string) => string): Shown {
	const nodes = [...nodesOf(components)];
	const plain = (text: string): string =>
		text
			.replace(/<[@#](\d+)>/g, (_, id: string) => nameOf(id))
			.replace(/ ?· ?<t:[^>]*>/g, '')
			.replace(/\*\*|`|^#+ |^-# /gm, '');
	return {
		lines: nodes.flatMap(({ content }) => (typeof content === 'string' ? plain(content).split('\n') : [])),
		buttons: nodes
			.filter(({ type, custom_id: id }) => type === ComponentType.Button && typeof id === 'string')
			.map(({ label, custom_id: id }) => ({ label: String(label), customId: String(id) })),
	};
}

export interface ModerationOptions {
	readonly discord: SimulatedDiscord;
	readonly moderator: SimulatedMember;
	/** Name of the moderators' channel. */
	readonly channel: string;
	readonly signal: AbortSignal;
	/** Far longer than the scene takes to its quarrel; then the wait is over. */
	readonly timeoutMs: number;
	nameOf(id: string): string;
	/** Told line by line what stands in the moderators' channel, and what the moderator does. */
	remark(text: string): void;
	/** Told what the moderator alone gets to see. */
	whisper(reply: InteractionReply, button: string): void;
}

/** Waits for the alert, takes it on and judges it, as a moderator would. @returns its chart, if there was one */
export async function moderate(options: ModerationOptions): Promise<Buffer | undefined> {
	const { discord, moderator, channel, signal, timeoutMs, nameOf, remark, whisper } = options;
	const { id } = discord.channel(channel);
	const called = discord.waitFor('message-created', (event) => event.message.channelId === id, {
		signal,
		timeoutMs,
		since: 0,
	});
	const event = await called.catch((error: unknown) => {
		// Nothing was said in anger, as far as the model heard.
		if (error instanceof DOMException && error.name === 'TimeoutError') return undefined;
		throw error;
	});
	if (!event) return undefined;
	const { message } = event;
	const { lines, buttons } = shownOf(message.components, nameOf);
	for (const line of lines) remark(`#${channel} │ ${line}`);
	remark(`#${channel} │ ${buttons.map(({ label }) => `[${label}]`).join(' ')}`);
	const [onIt, justified] = buttons;
	for (const button of [onIt, justified]) {
		if (!button) continue;
		remark(`${moderator.name} presses “${button.label}”`);
		whisper(await moderator.click(button.customId, message.id, { signal, timeoutMs }), button.label);
	}
	return message.attachments[0]?.bytes;
}
