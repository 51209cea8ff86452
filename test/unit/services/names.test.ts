import { describe, expect, it } from 'vitest';
import { keyProblems, longestName, nameProblems, textFault } from '../../../src/services/names.js';

const faultOf = (name: string) => nameProblems('name', name, {})[0]?.message ?? 'allowed';

describe('a name', () => {
  it.each([
    'tiles',
    'Fliesen, 2. Schicht',
    'タイル',
    'كاشي',
    'Ka\u0308se',
    '👩\u200d🔧',
    '❤\ufe0f',
    'می\u200cخواهم',
    'a'.repeat(longestName),
  ])('%j is allowed', (name) => expect(faultOf(name)).toBe('allowed'));

  it.each([
    ['nothing', ''],
    ['white space', ' \u00a0\u3000'],
    ['characters of no width', '\u200b\u2060\ufeff'],
    ['fillers', '\u3164\u115f\uffa0'],
    ['a blank of Braille', '\u2800'],
    ['a mark without a letter', '\u0308'],
    ['tags', '\u{e0041}'],
  ])('of %s holds nothing visible', (_what, name) => {
    expect(faultOf(name)).toContain('at least one visible character');
  });

  it.each([
    ['a space of no width', 'ti\u200bles'],
    ['a soft hyphen', 'ti\u00adles'],
    ['a joiner behind a letter that joins nothing', 'tiles\u200d'],
    ['a variant of a plain letter', 'tiles\ufe0f'],
    ['a filler', 'tiles\u3164'],
    ['a byte order mark', 'ti\ufeffles'],
  ])('with %s would look like another', (_what, name) => expect(faultOf(name)).toContain('not seen'));

  it.each([
    ['a line break', 'a\nb'],
    ['a NUL', 'a\0b'],
    ['a change of direction', 'a\u202eb'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['half a surrogate pair', 'a\ud800b'],
  ])('with %s is refused', (_what, name) => expect(faultOf(name)).toContain('control or direction'));

  it('has a length, and its message does not repeat 100 kB', () => {
    const message = faultOf('x'.repeat(100_000));
    expect(message).toContain('has 100000 characters; at most 100 are allowed');
    expect(message.length).toBeLessThan(200);
  });
});

describe('an idempotency key', () => {
  it('may be left out, and has 1 to 200 characters otherwise', () => {
    const lengths = [undefined, null, 'k', 'k'.repeat(200), '', 'k'.repeat(201)].map((key) => keyProblems(key).length);
    expect(lengths).toEqual([0, 0, 0, 0, 1, 1]);
  });
});

describe('a text', () => {
  it('can be kept unless it holds a NUL or broken Unicode, or is too long', () => {
    expect(['', 'a', '👩', 'a\nb'].map((text) => textFault(text, 3))).toEqual(Array(4).fill(undefined));
    expect(textFault('a\0', 3)).toContain('NUL');
    expect(textFault('\udc00a', 3)).toContain('Unicode');
    expect(textFault('abcd', 3)).toBe('has 4 characters; at most 3 are allowed');
  });
});
