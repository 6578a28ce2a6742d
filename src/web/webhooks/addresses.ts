import { type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Special-purpose addresses (IANA's registries, RFC 6890) that no receiver on the internet has. */
const NOT_PUBLIC: readonly [string, number, 'ipv4' | 'ipv6'][] = [
	['0.0.0.0', 8, 'ipv4'],
	['10.0.0.0', 8, 'ipv4'],
	['100.64.0.0', 10, 'ipv4'],
	['127.0.0.0', 8, 'ipv4'],
	['169.254.0.0', 16, 'ipv4'],
	['172.16.0.0', 12, 'ipv4'],
	['192.0.0.0', 24, 'ipv4'],
	['192.0.2.0', 24, 'ipv4'],
	['192.88.99.0', 24, 'ipv4'],
	['192.168.0.0', 16, 'ipv4'],
	['198.18.0.0', 15, 'ipv4'],
	['198.51.100.0', 24, 'ipv4'],
	['203.0.113.0', 24, 'ipv4'],
	['224.0.0.0', 3, 'ipv4'],
	['::', 96, 'ipv6'],
	['64:ff9b::', 96, 'ipv6'],
	['64:ff9b:1::', 48, 'ipv6'],
	['100::', 64, 'ipv6'],
	['2001::', 23, 'ipv6'],
	['2001:db8::', 32, 'ipv6'],
	['2002::', 16, 'ipv6'],
	['3fff::', 20, 'ipv6'],
	['5f00::', 16, 'ipv6'],
	['fc00::', 7, 'ipv6'],
	['fe80::', 10, 'ipv6'],
	['fec0::', 10, 'ipv6'],
	['ff00::', 8, 'ipv6'],
];
const notPublic = new BlockList();
for (const [network, prefix, family] of NOT_PUBLIC) notPublic.addSubnet(network, prefix, family);

/** Addresses of IPv4 in IPv6's clothing count as what they are: Node's block list looks through `::ffff:`. */
export function isPublicAddress(address: string): boolean {
	const family = isIP(address);
	return family !== 0 && !notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Why a connection was not even tried. */
export class AddressRefused extends Error {
	override readonly name = 'AddressRefused';

	constructor() {
		super('the address is not one of the public internet');
	}
}

/**
 * Looks a name up and hands on addresses of the public internet only. Put into the connection itself: what was
 * checked is what is connected to, whatever the name means a moment later.
 */
export const publicLookup: LookupFunction = (hostname, options: LookupOptions, callback) => {
	lookup(hostname, { ...options, all: true }, (error, addresses) => {
		if (error) {
			callback(error, '', 4);
			return;
		}
		const allowed = addresses.filter(({ address }) => isPublicAddress(address));
		const [first] = allowed;
		if (!first) callback(new AddressRefused(), '', 4);
		else if (options.all) callback(null, allowed);
		else callback(null, first.address, first.family);
	});
};
