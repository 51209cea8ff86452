import { isIPv6 } from 'node:net';

/** Longest text that is taken for an address. */
const longest = 64;

/**
 * What limits count by: an IPv4 address, or the /64 network of an IPv6 address, in which one customer has as many addresses as he likes.
 * What is no address, as proxies may say, is taken as it is, shortened.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address.slice(0, longest);
  const groups = groupsOf(plain);
  const [high, low] = groups.slice(6).map((group) => parseInt(group, 16));
  // ::ffff:192.0.2.7 is how a socket for both calls an IPv4 address.
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff')
    return [high! >> 8, high! & 255, low! >> 8, low! & 255].join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, hexadecimal and without leading zeros. */
function groupsOf(address: string): string[] {
  // As URLs write it: short, in small letters, without dots.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], behind = []] = written.split('::').map((part) => part.split(':').filter(Boolean));
  return [...before, ...Array<string>(8 - before.length - behind.length).fill('0'), ...behind];
}
