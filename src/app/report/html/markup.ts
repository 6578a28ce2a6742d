/** Markup that may stand in a page as it is. */
export class Markup {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	toString(): string {
		return this.text;
	}
}

type Piece = string | number | Markup | undefined | false | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

export const escaped = (text: string): string =>
	text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string).replace(/\p{Cc}/gu, '\ufffd');

const written = (piece: Piece): string => {
	if (piece === undefined || piece === false) return '';
	if (piece instanceof Markup) return piece.text;
	return Array.isArray(piece) ? piece.map(written).join('') : escaped(String(piece));
};

/** Whatever is put in is escaped, unless it is markup itself. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
	new Markup(parts.reduce((text, part, index) => text + written(pieces[index - 1]) + part));

export interface TableColumn {
	readonly title: string;
	readonly isNumber?: boolean;
	/** Holds so much text that it must not get narrow. */
	readonly isText?: boolean;
}

/**
 * A table with a caption for screen readers; its first column heads the rows.
 *
 * @param details what stands below each row over its whole width
 */
export function table(
	caption: string,
	columns: readonly TableColumn[],
	rows: readonly (readonly Piece[])[],
	details: readonly Piece[] = [],
): Markup {
	const kind = ({ isNumber, isText }: TableColumn): Markup =>
		isNumber ? html` class="number"` : isText ? html` class="text"` : html``;
	return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map(
	(row, at) => html`<tr>${row.map((cell, index) => {
		const attributes = kind(columns[index] as TableColumn);
		return index === 0 ? html`<th scope="row"${attributes}>${cell}</th>` : html`<td${attributes}>${cell}</td>`;
	})}</tr>
${details[at] && html`<tr class="detail"><td colspan="${columns.length}">${details[at]}</td></tr>\n`}`,
)}</tbody></table></div>`;
}

/** A drawing for wide and one for narrow pages, and what it shows in words. */
export const figure = (alt: string, wide: string, narrow: string): Markup =>
	html`<figure role="img" aria-label="${alt}"><div class="wide">${new Markup(wide)}</div><div class="narrow">${new Markup(narrow)}</div></figure>`;
