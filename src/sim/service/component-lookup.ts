import type { ChannelType, ComponentType } from 'discord-api-types/v10';

/** A button or menu in a message, as far as pressing it goes. */
export interface InteractiveComponent {
	readonly custom_id: string;
	readonly type: ComponentType;
	readonly disabled?: boolean;
	readonly options?: readonly { readonly value: string }[];
	readonly min_values?: number;
	readonly max_values?: number;
	/** Of a menu of channels. */
	readonly channel_types?: readonly ChannelType[];
	/** Of a field of a form. */
	readonly required?: boolean;
	readonly min_length?: number;
	readonly max_length?: number;
}

/** Finds a component by custom id anywhere in a tree: rows, sections, containers, labels. */
export function findComponent(components: unknown, customId: string): InteractiveComponent | undefined {
	if (Array.isArray(components)) {
		for (const child of components) {
			const found = findComponent(child, customId);
			if (found !== undefined) return found;
		}
		return undefined;
	}
	if (typeof components !== 'object' || components === null) return undefined;
	const node = components as Record<string, unknown>;
	if (node['custom_id'] === customId) return node as unknown as InteractiveComponent;
	for (const key of ['components', 'component', 'accessory']) {
		const found = findComponent(node[key], customId);
		if (found !== undefined) return found;
	}
	return undefined;
}
