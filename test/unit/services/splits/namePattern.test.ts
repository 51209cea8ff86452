import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { namePattern } from '../../../../src/services/splits/namePattern.js';

const partOf = (pattern: string, name: string) => namePattern(pattern, ['groupBy']).partOf(name);

describe('a pattern of names', () => {
  it.each([
    ['{part}_*', 'test/good/part12_cam1.png', 'part12'],
    ['{part}_cam*.png', 'part_12_cam1.png', 'part_12'],
    ['{part}_*', '_cam1.png', undefined],
    ['{part}_cam*.png', 'part12_cam1.jpg', undefined],
    ['{part}', 'a/b.png', 'b.png'],
    ['*-{part}.png', 'lot-7-left.png', '7-left'],
    ['{part}/*.png', 'lot7/a/1.png', 'lot7'],
    ['*/{part}/*.png', 'x/lot7/1.png', 'lot7'],
    ['{part}.*.png', 'a.b.png', 'a'],
    ['{part}aa', 'aaa', 'a'],
    ['x{part}x', 'xx', undefined],
    ['{part}(1).png', 'a(1).png', 'a'],
    ['*_{part}_*', 'Teil_ä ö_1', 'ä ö'],
  ])('%s finds in %s the part %s', (pattern, name, part) => {
    expect(partOf(pattern, name)).toBe(part);
  });

  it.each([
    ['part_*', 'must hold {part} once'],
    ['{part}_{part}', 'must hold {part} once'],
    ['{part}*', 'has a * beside {part}'],
    ['*{part}.png', 'has a * beside {part}'],
    ['x'.repeat(201), 'has 201 characters'],
  ])('%s is refused', (pattern, rule) => {
    expect(() => namePattern(pattern, ['groupBy'])).toThrow(rule);
  });

  it('takes no longer for many wildcards and a name made for them', () => {
    const started = performance.now();
    expect(partOf(`${'*_'.repeat(80)}{part}_x`, '_'.repeat(5_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });
});
