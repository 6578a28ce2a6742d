import { connectFeed, type FeedOptions } from 'speech-emotion-sense/client';
import { make } from './dom.ts';
import { type Answers, type Feedback, feedbackOf } from './feedback.ts';
import { feedbackForm } from './form.ts';
import { OwnMoments } from './moments.ts';
import { sheet } from './style.ts';
import { ENGLISH, fill, type Texts } from './texts.ts';

export type { Feedback } from './feedback.ts';
export type { Texts } from './texts.ts';

const TYPES = ['session', 'emotion', 'consent'] as const;
/** No id that the feed knows, so it tells all that it still holds: the minute before the page was opened. */
const WHATEVER_IS_HELD = 'none';

/**
 * `<emotion-feedback>`: notes how one person sounds while they talk, and asks them afterwards how it went. What it
 * notes stays in this page's memory until they press send, and is forgotten then.
 *
 *     const widget = document.querySelector('emotion-feedback');
 *     widget.token = '…'; // of `ses token create --member`, for this person alone
 *     widget.onSend = (feedback) => fetch('/feedback', { method: 'POST', body: JSON.stringify(feedback) });
 *
 * Attributes: `url` (of the bot; this page's own address when not set), `speaker` (pseudonym, where the feed is read by
 * the console's cookie), `auto` (asks as soon as the conversation is over).
 */
export class EmotionFeedback extends HTMLElement {
	static readonly observedAttributes = ['url', 'speaker'];

	/** Told what the person sends. A promise that is rejected lets them try again. */
	onSend: ((feedback: Feedback) => unknown) | undefined;
	readonly #root = this.attachShadow({ mode: 'open' });
	readonly #status = make('p', { class: 'quiet', role: 'status' });
	readonly #place = make('div');
	#texts: Texts = ENGLISH;
	#token: string | undefined;
	#moments = new OwnMoments();
	#end: AbortController | undefined;
	#isAsking = false;

	constructor() {
		super();
		this.#root.adoptedStyleSheets = [sheet];
		this.#root.append(this.#place, this.#status);
	}

	/** For one member. A property rather than an attribute: markup is read by more than this page. */
	get token(): string | undefined {
		return this.#token;
	}

	set token(token: string | undefined) {
		this.#token = token;
		this.#restart();
	}

	/** In another language or tone. */
	set texts(texts: Partial<Texts>) {
		this.#texts = { ...ENGLISH, ...texts };
	}

	connectedCallback(): void {
		this.#restart();
	}

	disconnectedCallback(): void {
		this.#end?.abort();
	}

	attributeChangedCallback(): void {
		if (this.isConnected) this.#restart();
	}

	/** The conversation is over: asks how it went. */
	ask(): void {
		this.#isAsking = true;
		const form = feedbackForm({
			moments: this.#moments,
			texts: this.#texts,
			onSend: (answers) => void this.#send(answers),
			onLater: () => this.#close(''),
		});
		this.#place.replaceChildren(form);
		this.#say('');
		form.querySelector('h2')?.focus();
	}

	/** Reads the feed from now on, as far as it is known whose voice to look for. */
	#restart(): void {
		this.#end?.abort();
		const speaker = this.getAttribute('speaker') ?? undefined;
		this.#moments = new OwnMoments(speaker);
		if (!this.isConnected || (this.#token === undefined && speaker === undefined)) return;
		this.#end = new AbortController();
		const { signal } = this.#end;
		void this.#follow({
			url: this.getAttribute('url') ?? location.origin,
			types: TYPES,
			lastEventId: WHATEVER_IS_HELD,
			signal,
			...(this.#token !== undefined && { token: this.#token }),
		});
		this.#listen();
	}

	async #follow(options: FeedOptions): Promise<void> {
		const moments = this.#moments;
		try {
			for await (const event of connectFeed(options)) {
				const what = moments.see(event);
				if (what === 'withdrawn') this.#close(this.#texts.withdrawn);
				else if (what === 'ended' && this.hasAttribute('auto') && !this.#isAsking) this.ask();
				this.dataset['moments'] = String(moments.all.length);
			}
		} catch (error) {
			this.#say(fill(this.#texts.trouble, { reason: error instanceof Error ? error.message : String(error) }));
		}
	}

	async #send(answers: Answers): Promise<void> {
		const feedback = feedbackOf(answers, this.#moments);
		const buttons = this.#root.querySelectorAll('button');
		for (const button of buttons) button.disabled = true;
		this.#say(this.#texts.sending);
		try {
			await this.onSend?.(feedback);
			this.dispatchEvent(new CustomEvent('feedback', { detail: feedback, bubbles: true, composed: true }));
			this.#close(this.#texts.sent);
		} catch {
			for (const button of buttons) button.disabled = false;
			this.#say(this.#texts.failed);
		}
	}

	#close(text: string): void {
		this.#isAsking = false;
		this.#moments.forget();
		this.dataset['moments'] = '0';
		this.#place.replaceChildren();
		if (text) this.#say(text);
		else this.#listen();
	}

	/** Whoever is listened to can see it. */
	#listen(): void {
		if (this.#isAsking) return;
		this.#place.replaceChildren(make('p', { class: 'pill' }, this.#texts.listening));
		this.#say('');
	}

	#say(text: string): void {
		this.#status.textContent = text;
	}
}

customElements.define('emotion-feedback', EmotionFeedback);
