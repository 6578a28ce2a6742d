/** An element with attributes and children. Texts are texts: nothing is ever taken for markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	attributes: Readonly<Record<string, string | boolean>> = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (value === true) element.setAttribute(name, '');
		else if (value !== false) element.setAttribute(name, value);
	}
	element.append(...children);
	return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A face from a frown (1) to a smile (5); what it means stands beside it in words. */
export function face(rating: number): SVGElement {
	const bend = (rating - 3) * 2.6;
	const svg = document.createElementNS(SVG, 'svg');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	const part = (tag: string, attributes: Readonly<Record<string, string>>): void => {
		const element = document.createElementNS(SVG, tag);
		for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
		svg.append(element);
	};
	part('circle', { cx: '12', cy: '12', r: '10.2', class: 'rim' });
	part('circle', { cx: '8.4', cy: '9.6', r: '1.35', class: 'eye' });
	part('circle', { cx: '15.6', cy: '9.6', r: '1.35', class: 'eye' });
	const y = 15.4 - bend / 4;
	part('path', { d: `M7.4 ${y} Q12 ${y + bend} 16.6 ${y}`, class: 'mouth' });
	return svg;
}
