import { REQUIRED_STEP, type Step } from './compose.ts';

/** Changes to a list of steps, by their names. */
export interface Arrangement<Context> {
	/** Steps to run right before (further out than) the one named. */
	readonly before?: Readonly<Record<string, Step<Context> | readonly Step<Context>[]>>;
	/** Steps to run right after (further in than) the one named. */
	readonly after?: Readonly<Record<string, Step<Context> | readonly Step<Context>[]>>;
	/** Steps to leave out. */
	readonly without?: readonly string[];
}

const listed = <Context>(steps: Step<Context> | readonly Step<Context>[] | undefined): readonly Step<Context>[] =>
	steps === undefined ? [] : 'run' in steps ? [steps] : steps;

/**
 * Puts steps of one's own among others and leaves some out.
 *
 * @throws RangeError for a name that is not among the steps, a name that would be there twice, and for
 *   leaving out the consent gate or running anything before it
 */
export function arrange<Context>(
	defaults: readonly Step<Context>[],
	{ before = {}, after = {}, without = [] }: Arrangement<Context> = {},
): readonly Step<Context>[] {
	const names = defaults.map(({ name }) => name);
	for (const name of [...Object.keys(before), ...Object.keys(after), ...without]) {
		if (!names.includes(name)) throw new RangeError(`There is no step "${name}", only ${names.join(', ')}.`);
	}
	if (without.includes(REQUIRED_STEP) || before[REQUIRED_STEP] !== undefined) {
		throw new RangeError(`The step "${REQUIRED_STEP}" stays, and stays the first.`);
	}
	const arranged = defaults.flatMap((step) => [
		...listed(before[step.name]),
		...(without.includes(step.name) ? [] : [step]),
		...listed(after[step.name]),
	]);
	const twice = arranged.find(({ name }, index) => arranged.findIndex((other) => other.name === name) !== index);
	if (twice) throw new RangeError(`There are two steps "${twice.name}".`);
	return arranged;
}
