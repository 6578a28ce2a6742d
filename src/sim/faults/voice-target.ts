import type { World } from '../model/index.ts';
import { SimulationError } from '../service/index.ts';
import type { VoiceClient, VoiceRegions } from '../voice/index.ts';

/** Somebody's voice connection. The id is enough unless the user is in voice in several servers. */
export type VoiceTarget = string | { readonly userId: string /** Name or id. */; readonly guild: string };

/** @throws SimulationError when there is no such connection, or more than one */
export function findTarget(target: VoiceTarget, world: World, regions: VoiceRegions): VoiceClient {
	if (typeof target !== 'string') {
		const client = regions.find(world.guild(target.guild).id, target.userId);
		if (client === undefined)
			throw new SimulationError(`${target.userId} is not connected to voice in ${target.guild}`);
		return client;
	}
	const [client, ...others] = regions.clientsOf(target);
	if (client === undefined) throw new SimulationError(`${target} is not connected to a voice server`);
	if (others.length > 0) throw new SimulationError(`${target} is in voice in several servers: name one of them`);
	return client;
}
