import { overview } from '../model/overview.ts';

/** Consent and retention, server by server. */
export function Servers() {
	const guilds = overview.value?.guilds ?? [];
	return (
		<section class="servers card" aria-labelledby="servers-title">
			<h2 id="servers-title">Consent and retention</h2>
			<table>
				<thead>
					<tr>
						<th scope="col">Server</th>
						<th scope="col">Agreed</th>
						<th scope="col">Kept for</th>
						<th scope="col">Alerts</th>
					</tr>
				</thead>
				<tbody>
					{guilds.map(({ id, name, consents, retentionDays, alertMode, paused }) => (
						<tr key={id}>
							<th scope="row">
								{name} {paused && <span class="badge">paused</span>}
							</th>
							<td>{consents}</td>
							<td>{retentionDays} d</td>
							<td>{alertMode ?? 'default'}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
