import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FileAddresses } from '../../../src/graphql/transport/fileAddresses.js';

const keyOf = (text: string) => createHash('sha256').update(text).digest();
const key = keyOf('a key of this test');
const noon = Date.UTC(2026, 0, 1, 12);
const hour = 3_600_000;
const project = '0190a000-0000-7000-8000-00000000000a';
const at = (now: number, ofServer: Buffer | undefined = key) =>
  new FileAddresses(
    ofServer,
    () => 'https://residua.example.org/base',
    () => now,
  );
const targetOf = (address: string) => address.replace('https://residua.example.org/base', '');

describe('the address of a file', () => {
  it('is plain where nobody is asked who they are', () => {
    const plain = new FileAddresses(undefined, () => 'http://127.0.0.1:4000');
    expect(plain.of('/blobs/abc', project)).toBe('http://127.0.0.1:4000/blobs/abc');
    expect(plain.opened('/blobs/abc')).toBeUndefined();
  });

  it('carries a signature that holds for 12 to 24 hours, and stays the same for 12', () => {
    const target = targetOf(at(noon).of('/blobs/abc', project));
    expect(at(noon + 11 * hour).of('/blobs/abc', project)).toBe(at(noon).of('/blobs/abc', project));
    expect(at(noon + 12 * hour).of('/blobs/abc', project)).not.toBe(at(noon).of('/blobs/abc', project));
    for (const hours of [0, 12, 24]) expect(at(noon + hours * hour).opened(target)).toEqual({ projectId: project });
    expect(at(noon + 24 * hour + 1).opened(target)).toBeUndefined();
  });

  it('may be of no project', () => {
    expect(at(noon).opened(targetOf(at(noon).of('/blobs/abc')))).toEqual({ projectId: undefined });
  });

  it('opens nothing else, in no other project, for no longer, and to nobody with another key', () => {
    const target = targetOf(at(noon).of('/blobs/abc', project));
    const later = target.replace(/until=(\d+)/, (_, until: string) => `until=${Number(until) + 1}`);
    const wrong = [
      target.replace('abc', 'abd'),
      target.replace(project, project.replace(/a$/, 'b')),
      target.replace(/project=[^&]+&/, ''),
      target.replace(project, ''),
      later,
      target.replace(/signature=.*/, 'signature='),
      `${target}x`,
      target.replace(/until=\d+/, 'until=NaN'),
      target.replace(/until=\d+&/, ''),
      '/blobs/abc',
      '/blobs/abc?until=9999999999999&signature=AAAA',
    ];
    expect(wrong.filter((one) => at(noon).opened(one))).toEqual([]);
    expect(at(noon, keyOf('another')).opened(target)).toBeUndefined();
  });
});
