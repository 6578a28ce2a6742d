import type { EmotionLabel } from './emotion.ts';

/**
 * One fixed colour for each label, in charts and in the terminal, sRGB hex.
 *
 * Chosen by search in OKLCH so that each stays near the hue people expect (anger red, sadness blue,
 * calm green …) while any two differ by at least 0.08 in OKLab, also as protanopes and deuteranopes
 * see them (Machado et al. 2009), and by 0.06 to tritanopes, of whom there are few. Lightness is kept between 0.54 and 0.87, so that all
 * can be told from a dark and from a light ground.
 */
export const EMOTION_COLOURS: Readonly<Record<EmotionLabel, string>> = {
	anger: '#de2a0c',
	boredom: '#a4846f',
	calm: '#4ed1a2',
	disgust: '#8dad01',
	fear: '#9a4cbb',
	happiness: '#f7d218',
	neutral: '#a9cfec',
	sadness: '#547ff8',
	surprise: '#e97cd2',
	unsure: '#6c6f72',
};
