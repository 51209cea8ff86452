import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSecret, readToken, writeToken } from '../../../src/access/index.js';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('the text of a token', () => {
  it('is what scanners look for, and is read as it was written', () => {
    const secret = newSecret();
    const text = writeToken({ id, secret });
    expect(text).toMatch(/^rsd_[0-9a-f]{104}$/);
    expect(readToken(text)).toEqual({ id, secret });
  });

  it('is told from every text that differs in one place', () => {
    const text = writeToken({ id, secret: newSecret() });
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcdefxyz_'), (at, letter) => {
        const other = text.slice(0, at) + letter + text.slice(at + 1);
        expect(readToken(other) === undefined).toBe(other !== text);
      }),
    );
  });

  it('is told from anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readToken(text)).toBeUndefined();
      }),
    );
  });
});
