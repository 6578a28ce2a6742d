export {
	cleanNetwork,
	type Delivery,
	type FaultOptions,
	faultyNetwork,
	type NetworkPolicy,
	type PacketInfo,
} from './policy.ts';
export { type Prng, seededPrng } from './prng.ts';
