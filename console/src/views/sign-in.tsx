/** What the server tells by `/?error=…` after an attempt. */
const PROBLEMS: Readonly<Record<string, string>> = {
	'sign-in': 'That link has been used or is too old. Ask for a new one.',
	discord: 'Discord refused, or it took too long. Please try again.',
	'no-server': 'You moderate no server that the bot is in.',
};

export function SignIn({ hasDiscord }: { readonly hasDiscord: boolean }) {
	const problem = PROBLEMS[new URLSearchParams(location.search).get('error') ?? ''];
	return (
		<section class="sign-in card" aria-labelledby="sign-in">
			<h2 id="sign-in">Sign in</h2>
			{problem && (
				<p class="problem" role="alert">
					{problem}
				</p>
			)}
			{hasDiscord && (
				<>
					<p>Moderators see the servers in which they may manage messages.</p>
					<a class="button is-main" href="/auth/discord">
						Sign in with Discord
					</a>
				</>
			)}
			<h3>With a link, as the operator</h3>
			<p>The bot writes a link to its log when it starts. It is good once, for ten minutes. This makes another:</p>
			<p>
				<code>npm run --silent ses -- token sign-in</code>
			</p>
		</section>
	);
}
