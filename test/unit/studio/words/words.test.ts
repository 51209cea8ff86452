import { describe, expect, it } from 'vitest';
import { counting } from '../../../../studio/words/counting.js';
import { de } from '../../../../studio/words/de.js';
import { en } from '../../../../studio/words/en.js';
import { formatsOf } from '../../../../studio/words/formats.js';
import { zh } from '../../../../studio/words/zh.js';

/** Every text of a table, with numbers and names filled in where it asks for some. */
function textsOf(table: unknown, path = ''): [path: string, text: string][] {
  if (typeof table === 'string') return [[path, table]];
  if (typeof table === 'function') {
    const said: unknown = (table as (...args: unknown[]) => unknown)(...Array.from({ length: 6 }, () => ['7']));
    return [[path, String(said)]];
  }
  return Object.entries(table as object).flatMap(([name, inner]) => textsOf(inner, `${path}.${name}`));
}

describe('the words of each language', () => {
  it.each([
    ['de', de],
    ['zh', zh],
  ])('in %s are all there, none empty', (_tag, words) => {
    expect(textsOf(words).map(([path]) => path)).toEqual(textsOf(en).map(([path]) => path));
    expect(textsOf(words).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('say everything in Chinese that is not a name of the field', () => {
    const foreign = textsOf(zh).filter(
      ([path, text]) => !/\p{Script=Han}/u.test(text) && path !== '.names.metrics.pro',
    );
    expect(foreign.map(([, text]) => text).filter((text) => /[a-z]{4}/.test(text))).toEqual([]);
  });

  it.each([en, de, zh])('call no two screens the same in $name', ({ frame }) => {
    const names = Object.values(frame.screens);
    expect(new Set(names).size).toBe(names.length);
  });

  it('use the plural a number asks for', () => {
    expect([0, 1, 2].map(en.count.images)).toEqual(['0 images', '1 image', '2 images']);
    expect([0, 1, 2].map(de.count.images)).toEqual(['0 Bilder', '1 Bild', '2 Bilder']);
    expect([0, 1, 2].map(zh.count.images)).toEqual(['0 张图像', '1 张图像', '2 张图像']);
    expect(counting('de')(12_345, 'Bild', 'Bilder')).toBe('12.345 Bilder');
  });
});

describe('formats', () => {
  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [119.7, '2 min 0 s'],
    [3599.6, '1 h 0 min'],
    [7170, '2 h 0 min'],
  ])('write %d seconds as %s: rounded before it is divided', (seconds, text) => {
    expect(formatsOf('en', en).duration(seconds)).toBe(text);
  });

  it('write numbers as the language does', () => {
    expect(formatsOf('de', de).measured(0.98765)).toBe('0,9877');
    expect(formatsOf('zh', zh).duration(4.84)).toBe('4.8 秒');
    expect(formatsOf('en', en).measured(null)).toBe('–');
  });
});
