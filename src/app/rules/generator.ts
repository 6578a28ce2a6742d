import { z } from 'zod';
import { type Log, reasonOf } from '../../domain/index.ts';
import { type Performer, type ReplyOptions, unknownPlaceholders } from '../../middleware/index.ts';
import { postJson } from './post.ts';

const MOST_CHARACTERS = 500;
const MOST_BYTES = 16 * 1024;

/** Plain text for a chat: no mentions, links, markup of headings or code, or anything that is not to be seen. */
const FORBIDDEN = /<[@#:a/]|@everyone|@here|https?:|www\.|\]\(|```|^#|\p{Cc}|\p{Cf}/imu;

const answer = z.object({
	text: z
		.string()
		.trim()
		.min(1)
		.max(MOST_CHARACTERS)
		.refine((text) => !FORBIDDEN.test(text), 'is no plain text')
		.refine((text) => unknownPlaceholders(text).every((name) => name === ''), 'has an unknown placeholder'),
});

/**
 * Has a program of the operator's choice word what a rule says. It is sent the rule's name, what the rule asks
 * about, the language and the draft: nothing that was said, and nobody's id. Its answer is `{ "text": "…" }`;
 * whatever else it answers, or when it does not, the draft is said.
 */
export function textGenerator({ url, timeoutMs, secret }: ReplyOptions['generator'], log: Log): Performer['phrase'] {
	if (url === undefined) return undefined;
	let isFailing = false;
	return async (request) => {
		try {
			// Where it runs is the operator's choice, mostly on the same machine.
			const { status, text } = await postJson({
				url,
				secret,
				timeoutMs,
				body: request,
				allowPrivate: true,
				mostBytes: MOST_BYTES,
			});
			if (status !== 200) throw new Error(`it answered ${status}`);
			const { text: worded } = answer.parse(JSON.parse(text));
			isFailing = false;
			return worded;
		} catch (error) {
			const reason = error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : reasonOf(error);
			if (!isFailing) log.warn({ reason }, 'text generator gave no usable answer, the text of the rule is used');
			isFailing = true;
			return undefined;
		}
	};
}
