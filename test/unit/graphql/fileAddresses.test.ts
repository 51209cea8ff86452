import { describe, expect, it } from 'vitest';
import { FileAddresses } from '../../../src/graphql/transport/fileAddresses.js';

const token = 'a-token-of-this-test';
const noon = Date.UTC(2026, 0, 1, 12);
const hour = 3_600_000;
const at = (now: number, apiToken: string | undefined = token) =>
  new FileAddresses(
    apiToken,
    () => 'https://residua.example.org/base',
    () => now,
  );
const targetOf = (address: string) => address.replace('https://residua.example.org/base', '');

describe('the address of a file', () => {
  it('is plain where no token is asked for', () => {
    const plain = new FileAddresses(undefined, () => 'http://127.0.0.1:4000');
    expect(plain.of('/blobs/abc')).toBe('http://127.0.0.1:4000/blobs/abc');
    expect(plain.allows('/blobs/abc')).toBe(false);
  });

  it('carries a signature that holds for 12 to 24 hours, and stays the same for 12', () => {
    const target = targetOf(at(noon).of('/blobs/abc'));
    expect(at(noon + 11 * hour).of('/blobs/abc')).toBe(at(noon).of('/blobs/abc'));
    expect(at(noon + 12 * hour).of('/blobs/abc')).not.toBe(at(noon).of('/blobs/abc'));
    expect([0, 12, 24].map((hours) => at(noon + hours * hour).allows(target))).toEqual([true, true, true]);
    expect(at(noon + 24 * hour + 1).allows(target)).toBe(false);
  });

  it('opens nothing else, for no longer, and to nobody with another token', () => {
    const target = targetOf(at(noon).of('/blobs/abc'));
    const later = target.replace(/until=(\d+)/, (_, until: string) => `until=${Number(until) + 1}`);
    const wrong = [
      target.replace('abc', 'abd'),
      later,
      target.replace(/signature=.*/, 'signature='),
      `${target}x`,
      target.replace(/until=\d+/, 'until=NaN'),
      target.replace(/until=\d+&/, ''),
      '/blobs/abc',
      '/blobs/abc?until=9999999999999&signature=AAAA',
    ];
    expect(wrong.map((one) => at(noon).allows(one))).toEqual(wrong.map(() => false));
    expect(at(noon, 'another-token-of-it').allows(target)).toBe(false);
  });
});
