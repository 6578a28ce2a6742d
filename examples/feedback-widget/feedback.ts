import type { EmotionLabel } from 'speech-emotion-sense/client';
import type { OwnMoments, Share } from './moments.ts';

export const RATINGS = [1, 2, 3, 4, 5] as const;
/** 1: very badly … 5: very well. */
export type Rating = (typeof RATINGS)[number];

/** What the person says a moment was, in place of what was heard. */
export interface Correction {
	readonly utteranceId: string;
	readonly heard: EmotionLabel;
	readonly said: EmotionLabel;
}

/** What is sent, and all that is. */
export interface Feedback {
	readonly rating: Rating;
	readonly comment?: string;
	readonly corrections: readonly Correction[];
	/** How the person sounded, corrected; only where they chose to send it along. */
	readonly sounded?: readonly Share[];
	/** Of the conversation; absent where nothing was heard. */
	readonly sessionId?: string;
}

/** What a person filled in. */
export interface Answers {
	readonly rating: Rating;
	readonly comment: string;
	/** By utterance: what the person says it was. */
	readonly said: ReadonlyMap<string, EmotionLabel>;
	readonly shareSounded: boolean;
}

/** Puts together what is sent. A figure that the person corrected is nowhere told as it was heard. */
export function feedbackOf({ rating, comment, said, shareSounded }: Answers, moments: OwnMoments): Feedback {
	const corrections = moments.all.flatMap(({ utteranceId, label }): Correction[] => {
		const word = said.get(utteranceId);
		return word === undefined || word === label ? [] : [{ utteranceId, heard: label, said: word }];
	});
	const words = comment.trim();
	const { sessionId } = moments;
	return {
		rating,
		...(words !== '' && { comment: words }),
		corrections,
		...(shareSounded && { sounded: moments.shares(said) }),
		...(sessionId !== undefined && { sessionId }),
	};
}
