import { effect, signal } from '@preact/signals';

const NAME = 'SpeechEmotionSense';

const known = (path: string): '/' | '/playground' => (path === '/playground' ? path : '/');

/** Which view of the page is shown. */
export const place = signal(known(location.pathname));

effect(() => {
	document.title = place.value === '/' ? NAME : `Playground · ${NAME}`;
});

addEventListener('popstate', () => {
	place.value = known(location.pathname);
});

/** Follows a link within the page without asking the server again. */
export function follow(event: MouseEvent): void {
	const { pathname } = event.currentTarget as HTMLAnchorElement;
	// A new tab or window is the browser's.
	if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
	event.preventDefault();
	if (pathname === place.value) return;
	history.pushState(undefined, '', pathname);
	place.value = known(pathname);
	// Whoever does not see the page is told, and goes on from its beginning.
	document.querySelector('main')?.focus();
}
