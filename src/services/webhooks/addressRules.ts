import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether an IP address is one of the public internet: not of this machine, this network, or any other special use. */
export function isPublicAddress(address: string): boolean {
  // An IPv4 address inside an IPv6 one is what it leads to.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** What is wrong with the address of a webhook, as far as its text tells; undefined for nothing. */
export function urlFault(text: string, allowPrivate: boolean): string | undefined {
  if (text.length > 2_000) return `has ${text.length} characters; at most 2000 are allowed`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is no address that begins with https://';
  if (url.username || url.password) return 'holds a user or a password; the receiver knows a delivery by its signature';
  if (url.protocol === 'http:' && !allowPrivate) return 'is not encrypted; it must begin with https://';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !allowPrivate && !isPublicAddress(host)) return 'leads to a private address';
  return undefined;
}

/**
 * Finds the addresses of a name for one connection, and refuses private ones: whatever the name leads to later, it is connected to
 * what was looked at.
 */
export function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const open = allowPrivate ? addresses : addresses.filter(({ address }) => isPublicAddress(address));
      if (open.length === 0) return callback(new Error(`${hostname} leads to a private address`), '', 0);
      answer(open, options.all === true, callback);
    });
  };
}

function answer(open: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  if (all) callback(null, open);
  else callback(null, open[0]!.address, open[0]!.family);
}
