import { ButtonStyle, ComponentType, MessageFlags } from 'discord-api-types/v10';
import type { Attachment, Message } from '../model/index.ts';
import { refusals } from './api-error.ts';

/** Discord's limits ("Component Reference"); all components count, however deep. */
const MOST_COMPONENTS = 40;
const MOST_BUTTONS = 5;
const MOST_TEXT = 4000;
const MOST_LABEL = 80;
const MOST_OPTIONS = 25;
const MOST_OPTION_TEXT = 100;

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** All components of a tree: rows, sections, containers and what is in them. */
function* nodesOf(components: unknown): Generator<Node> {
	for (const node of listOf(components).filter(isNode)) {
		yield node;
		yield* nodesOf(node['components']);
		if (isNode(node['accessory'])) yield* nodesOf([node['accessory']]);
	}
}

const refuse = (code: string, message: string): Error => refusals.invalidForm(['components'], code, message);

/** What Discord checks of the components of a message once it is put together. @throws ApiError */
export function checkComponents({ flags, content, embeds, components }: Message): void {
	const nodes = [...nodesOf(components)];
	if (nodes.length > MOST_COMPONENTS) throw refuse('BASE_TYPE_MAX_LENGTH', `More than ${MOST_COMPONENTS} components.`);
	if ((flags & MessageFlags.IsComponentsV2) !== 0) {
		if (content !== '' || embeds.length > 0) {
			throw refuse(
				'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
				'The fields content and embeds cannot be used with components V2.',
			);
		}
	} else if (listOf(components).some((node) => isNode(node) && node['type'] !== ComponentType.ActionRow)) {
		throw refuse('UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).');
	}
	const text = nodes.reduce((sum, node) => sum + textOf(node['content']).length, 0);
	if (text > MOST_TEXT) throw refuse('BASE_TYPE_MAX_LENGTH', `Components hold more than ${MOST_TEXT} characters.`);
	for (const node of nodes) checkNode(node);
}

function checkNode(node: Node): void {
	const children = listOf(node['components']);
	if (node['type'] === ComponentType.ActionRow && (children.length === 0 || children.length > MOST_BUTTONS)) {
		throw refuse('BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${MOST_BUTTONS} in length.`);
	}
	if (node['type'] === ComponentType.Button) {
		const isLink = node['style'] === ButtonStyle.Link;
		if (isLink !== (node['url'] !== undefined) || isLink === (node['custom_id'] !== undefined)) {
			throw refuse('BUTTON_COMPONENT_INVALID', 'A link has a URL, every other button a custom id.');
		}
		if (textOf(node['label']).length > MOST_LABEL) {
			throw refuse('BASE_TYPE_MAX_LENGTH', `Must be ${MOST_LABEL} or fewer in length.`);
		}
	}
	if (node['type'] === ComponentType.StringSelect) checkOptions(listOf(node['options']).filter(isNode));
}

function checkOptions(options: readonly Node[]): void {
	if (options.length === 0 || options.length > MOST_OPTIONS) {
		throw refuse('BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${MOST_OPTIONS} in length.`);
	}
	const texts = options.flatMap((option) => ['label', 'value', 'description'].map((key) => textOf(option[key])));
	if (texts.some((each) => each.length > MOST_OPTION_TEXT)) {
		throw refuse('BASE_TYPE_MAX_LENGTH', `Must be ${MOST_OPTION_TEXT} or fewer in length.`);
	}
	if (new Set(options.map(({ value }) => value)).size < options.length) {
		throw refuse('SELECT_COMPONENT_VALUE_DUPLICATED', 'The specified option value is already used');
	}
}

/**
 * Discord turns `attachment://name` in a gallery, a thumbnail or a file into the address of the file that is
 * attached to the message.
 *
 * @throws ApiError when there is no such file
 */
export function withFileUrls(components: readonly unknown[], attachments: readonly Attachment[]): unknown[] {
	const resolve = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(resolve);
		if (!isNode(value)) return value;
		const url = textOf(value['url']);
		if (!url.startsWith('attachment://')) {
			return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, resolve(child)]));
		}
		const name = url.slice('attachment://'.length);
		const file = attachments.find(({ filename }) => filename === name);
		if (!file) {
			throw refuse('UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND', 'The referenced attachment was not found.');
		}
		return { ...value, url: file.url };
	};
	return components.map(resolve);
}
