import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../../src/services/annotations/contradictions.js';
import { encodedMask, pixelPayload, pixelPayloadFromRle } from '../../../../src/services/annotations/pixels.js';
import type { BlockLabelName } from '../../../../src/database/entities/index.js';
import { collectProblems, type Problem } from '../../../../src/shared/errors.js';

const image = { filename: 'test/pit/0.png', width: 10, height: 10 };
const field = ['input', 'counts'];

function problemsOf(run: () => unknown): Problem[] {
  const problems: Problem[] = [];
  collectProblems(problems, run);
  return problems;
}

describe('pixelPayload', () => {
  it('refuses a mask one pixel wider than its image with both sizes', () => {
    const mask = encodedMask({ width: 11, height: 10, data: new Uint8Array(110) });
    const [found] = problemsOf(() => pixelPayload(mask, image, { name: 'mask.png', field }));
    expect(found).toMatchObject({ code: 'MASK_SIZE_MISMATCH', field, item: 'test/pit/0.png' });
    expect(found!.message).toBe("the mask 'mask.png' has 11x10 pixels, its image 'test/pit/0.png' 10x10");
  });
});

describe('pixelPayloadFromRle', () => {
  it('writes equal masks equally, whoever wrote them', () => {
    // 100 zeros; 60 zeros, an empty run of ones, 40 zeros: the same pixels.
    const plain = pixelPayloadFromRle('T3', image);
    expect(plain).toEqual({ counts: 'T3', anomalousPixels: 0 });
    expect(pixelPayloadFromRle('l10X1', image)).toEqual(plain);
  });

  it.each([
    ['runs that do not add up', 'T30T3', 'add up to'],
    ['a billion pixels', 'P`beim0', '1000000000 pixels; 10x10 are 100'],
    ['a negative run', 'T3O', 'is -1'],
    ['a string cut in the middle', 'T', 'ends inside'],
    ['nothing', '', 'add up to 0 pixels; 10x10 are 100'],
  ])('refuses %s', (_name, counts, text) => {
    const [found] = problemsOf(() => pixelPayloadFromRle(counts, image, { field }));
    expect(found).toMatchObject({ code: 'MASK_RLE_INVALID', field, item: 'test/pit/0.png' });
    expect(found!.message).toContain(text);
  });
});

describe('contradictions', () => {
  const pixels = (anomalousPixels: number) => ({ kind: 'PIXEL', payload: { counts: '', anomalousPixels } }) as const;
  const boxes = (count: number) =>
    ({ kind: 'BOX', payload: { boxes: Array(count).fill({ x: 0, y: 0, width: 1, height: 1 }) } }) as const;
  const blocks = (...labels: BlockLabelName[]) =>
    ({ kind: 'BLOCK', payload: { blockSize: 1, rows: 1, columns: labels.length, labels } }) as const;
  const found = (content: Parameters<typeof contradictions>[0], label: 'NORMAL' | 'ANOMALOUS' | 'UNLABELLED') =>
    contradictions(content, { filename: 'a.png', label }).map(({ code }) => code);

  it.each([
    [pixels(1), pixels(0), 'MASK_EMPTY'],
    [boxes(1), boxes(0), 'LABEL_CONTRADICTION'],
    [blocks('NORMAL', 'ANOMALOUS'), blocks('NORMAL', 'NORMAL'), 'LABEL_CONTRADICTION'],
  ])('keep %j from NORMAL images and %j from ANOMALOUS ones', (marked, empty, code) => {
    expect(found(marked, 'NORMAL')).toEqual(['LABEL_CONTRADICTION']);
    expect(found(empty, 'ANOMALOUS')).toEqual([code]);
    for (const content of [marked, empty]) expect(found(content, 'UNLABELLED')).toEqual([]);
    expect([...found(marked, 'ANOMALOUS'), ...found(empty, 'NORMAL')]).toEqual([]);
  });

  it('let blocks that are not known to be normal stand for the defect', () => {
    expect(found(blocks('UNKNOWN'), 'ANOMALOUS')).toEqual([]);
    expect(found(blocks('IGNORED'), 'NORMAL')).toEqual([]);
  });
});
