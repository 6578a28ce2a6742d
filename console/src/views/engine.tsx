import type { ComponentChildren } from 'preact';
import { capital, words } from '../format.ts';
import { overview } from '../model/overview.ts';

function Figures({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren])[] }) {
	return (
		<dl>
			{rows.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}

/** Queue and workers, and who reads the feed. */
export function Engine({ isOperator }: { readonly isOperator: boolean }) {
	const known = overview.value;
	if (!known) return null;
	const { inference, webhooks, feed } = known;
	const { model, workers, restarts, provider, redis, queue } = inference;
	const given = (name: string, value: string | undefined) => (value === undefined ? [] : [[name, value] as const]);
	return (
		<section class="engine card" aria-labelledby="engine-title">
			<h2 id="engine-title">Queue and workers</h2>
			<Figures
				rows={[
					['Model', model],
					['Workers', workers],
					['Restarts', restarts],
					...given('Runs on', provider),
					...given('Redis', redis),
					...Object.entries(queue ?? {}).map(([name, count]) => [capital(words(name)), Math.round(count)] as const),
					...(feed ? [['Feed readers', feed.subscribers] as const, ['Readers too slow', feed.shed] as const] : []),
				]}
			/>
			{isOperator && redis && (
				<p>
					<a href="/queues">The queues in detail</a>
				</p>
			)}
			{webhooks && webhooks.length > 0 && (
				<>
					<h3>Webhooks</h3>
					<ul>
						{webhooks.map(({ host, status, delivered, pending, retried, dead, dropped }, index) => (
							<li key={`${host}-${index}`}>
								<b>{host}</b> {status}: {delivered} delivered, {pending} waiting, {retried} tried again,{' '}
								{dead + dropped} lost
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}
