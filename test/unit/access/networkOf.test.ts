import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../src/access/index.js';

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['no address at all', 'no address at all'],
    ['x'.repeat(500), 'x'.repeat(64)],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for every address of a /64, however it is written', () => {
    const addresses = Array.from(
      { length: 1_000 },
      (_, i) => `2001:db8:0:a:${i.toString(16)}::${(i * 7).toString(16)}`,
    );
    expect(new Set(addresses.map(networkOf))).toEqual(new Set(['2001:db8:0:a::/64']));
  });
});
