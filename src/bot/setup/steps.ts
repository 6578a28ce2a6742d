/** The set-up, step by step. The first one, whether the server is a fit place at all, decides whether there are more. */
export const STEPS = ['attest', 'channels', 'alerts', 'mode', 'language', 'retention', 'test', 'summary'] as const;
export type Step = (typeof STEPS)[number];

export const isStep = (name: string | undefined): name is Step =>
	(STEPS as readonly (string | undefined)[]).includes(name);

/** The steps before and after, where there are any. One does not go back to the attestation: it was given. */
export function neighbours(step: Step): { readonly back?: Step; readonly next?: Step } {
	const index = STEPS.indexOf(step);
	const [back, next] = [STEPS[index - 1], STEPS[index + 1]];
	return { ...(back && back !== 'attest' && { back }), ...(next && { next }) };
}

/** What can be chosen in a menu of the set-up. */
export const FIELDS = ['channels', 'alert-channel', 'alert-role', 'mode', 'language', 'retention', 'group'] as const;
export type Field = (typeof FIELDS)[number];

export const isField = (name: string | undefined): name is Field =>
	(FIELDS as readonly (string | undefined)[]).includes(name);

/** Custom ids begin with it: `ses:setup:attest:yes`, `ses:setup:go:channels`, `ses:setup:set:mode` … */
export const SETUP_PREFIX = 'ses:setup';
