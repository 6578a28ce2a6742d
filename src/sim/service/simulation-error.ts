/** A mistake in the use of the simulation, or a bot that did not do what Discord expects of it. */
export class SimulationError extends Error {
	override readonly name = 'SimulationError';
}
