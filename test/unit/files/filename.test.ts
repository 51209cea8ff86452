import { describe, expect, it } from 'vitest';
import { filenameProblem, imagePathProblem, shown } from '../../../src/files/index.js';

describe('filenameProblem', () => {
  it.each([
    'a.png',
    'ä ö ü.png',
    '写真.jpg',
    '<img onerror=alert(1)>.png',
    'invoice\u202egnp.exe',
    'x'.repeat(255),
    '-rf',
    '%2e%2e%2f',
  ])('allows %j', (name) => {
    expect(filenameProblem(name)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['.', 'folder'],
    ['..', 'folder'],
    ['../../x.png', 'separator'],
    ['a/b.png', 'separator'],
    ['a\\b.png', 'separator'],
    ['a\0.png', 'NUL'],
    ['a\n.png', 'control'],
    ['x'.repeat(300), '300 bytes'],
    ['ü'.repeat(128), '256 bytes'],
    ['a\ud800.png', 'Unicode'],
    ['\u200b\u2060.png', 'nothing visible'],
    ['\u3164', 'nothing visible'],
    ['  .png', 'nothing visible'],
  ])('refuses %j: %s', (name, reason) => {
    const found = filenameProblem(name, { field: ['input', 'filename'] });
    expect(found).toMatchObject({ code: 'FILENAME_INVALID', field: ['input', 'filename'] });
    expect(found!.message).toContain(reason);
  });
});

describe('imagePathProblem', () => {
  it('checks every part of a path', () => {
    expect(imagePathProblem('test/blowhole/exp1 num 3.jpg')).toBeUndefined();
    for (const path of [
      'test//x.jpg',
      'test/../x.jpg',
      `${'a'.repeat(300)}/x.jpg`,
      `${'abc/'.repeat(300)}x`,
      'a/\u0001',
    ]) {
      expect(imagePathProblem(path)).toMatchObject({ code: 'FILENAME_INVALID' });
    }
  });
});

describe('shown', () => {
  it('writes out what could deceive a reader and shortens', () => {
    expect(shown('a\u202eb\nc\0')).toBe('a\\u202eb\\u000ac\\u0000');
    expect(shown('x'.repeat(1000)).length).toBeLessThan(170);
    expect(shown('写真.jpg')).toBe('写真.jpg');
  });
});
