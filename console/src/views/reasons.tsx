import { signed } from '../format.ts';

interface Reason {
	readonly code: string;
	readonly points: number;
	readonly text: string;
}

/** Line by line what adds to a score, and what takes away. */
export function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
	if (reasons.length === 0) return <p class="quiet">Nothing heats it up.</p>;
	return (
		<ul class="reasons">
			{reasons.map(({ code, points, text }) => (
				<li key={code}>
					<span class={`points ${points < 0 ? 'is-cooling' : ''}`}>{signed(points, 2)}</span> {text}
				</li>
			))}
		</ul>
	);
}
