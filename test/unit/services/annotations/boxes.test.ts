import { describe, expect, it } from 'vitest';
import { checkBoxes } from '../../../../src/services/annotations/boxes.js';
import type { Box } from '../../../../src/shared/images.js';

const image = { filename: 'test/pit/0.png', width: 640, height: 480 };
const rules = { limit: 1000, field: ['input', 'boxes'] };
const box = (x: number, y: number, width: number, height: number, defectType?: string): Box => ({
  ...{ x, y, width, height },
  ...(defectType === undefined ? {} : { defectType }),
});
const check = (...boxes: Box[]) => checkBoxes(boxes, image, rules);
const codes = (...boxes: Box[]) => check(...boxes).problems.map(({ code, field }) => `${code} ${field?.join('.')}`);

describe('checkBoxes', () => {
  it('takes boxes up to the edges, fractions of pixels and a single pixel', () => {
    const boxes = [box(0, 0, 640, 480, 'pit'), box(10.25, 3.5, 0.5, 2), box(0, 0, 1, 1), box(639, 479, 1, 1)];
    expect(check(...boxes)).toEqual({ payload: { boxes }, problems: [], warnings: [] });
    expect(check()).toEqual({ payload: { boxes: [] }, problems: [], warnings: [] });
  });

  it.each([
    [box(10, 10, 0, 5), 'BOX_EMPTY'],
    [box(10, 10, 5, 0), 'BOX_EMPTY'],
    [box(10, 10, -5, 5), 'BOX_INVERTED'],
    [box(10, 10, 5, -0.1), 'BOX_INVERTED'],
    [box(600, 10, 45, 5), 'BOX_OUT_OF_BOUNDS'],
    [box(-5, 10, 45, 5), 'BOX_OUT_OF_BOUNDS'],
    [box(10, 470, 5, 10.01), 'BOX_OUT_OF_BOUNDS'],
    [box(Number.NaN, 10, 5, 5), 'BOX_INVALID_NUMBER'],
    [box(10, 10, Number.POSITIVE_INFINITY, 5), 'BOX_INVALID_NUMBER'],
    [box(1e308, 10, 1e308, 5), 'BOX_OUT_OF_BOUNDS'],
    [box(0.1, 0.25, 0.5, 0.5), 'BOX_SUSPECT_NORMALIZED'],
    [box(0, 0, 1, 0.99), 'BOX_SUSPECT_NORMALIZED'],
    [box(10, 10, 5, 5, ' pit'), 'TEXT_INVALID'],
  ])('refuses %j with %s', (wrong, code) => {
    expect(codes(box(1, 1, 9, 9), wrong)).toEqual([`${code} input.boxes.1`]);
  });

  it('names image, box, values and rule, and says what corners instead of sides would be', () => {
    const { problems } = check(box(600, 400, 630, 450));
    expect(problems[0]!.message).toBe(
      "box 0 of 'test/pit/0.png' (x 600, y 400, width 630, height 450) reaches outside the image, which is 640x480 pixels; " +
        'if width and height are the bottom-right corner, send the differences instead',
    );
    expect(check(box(0.1, 0.1, 0.2, 0.2)).problems[0]!.message).toContain('640x480');
  });

  it('reports every wrong box at once', () => {
    expect(codes(box(1, 1, 0, 1), box(2, 2, 2, 2), box(3, 3, -1, 1, '\0'))).toEqual([
      'BOX_EMPTY input.boxes.0',
      'TEXT_INVALID input.boxes.2',
      'BOX_INVERTED input.boxes.2',
    ]);
  });

  it('forgives what rounding does to a box computed from shares of the image', () => {
    expect(check(box(0.7 * 640, 0, 0.1 * 3 * 640, 480)).problems).toEqual([]);
    expect(check(box(-1e-9, 0, 10, 10)).problems).toEqual([]);
  });

  it('keeps one of two equal boxes, with a warning; another defect type is another box', () => {
    const { payload, warnings } = check(box(1, 1, 2, 2), box(1, 1, 2, 2), box(1, 1, 2, 2, 'pit'));
    expect(payload!.boxes).toEqual([box(1, 1, 2, 2), box(1, 1, 2, 2, 'pit')]);
    expect(warnings).toMatchObject([{ code: 'DUPLICATE_ANNOTATION', field: ['input', 'boxes', '1'] }]);
  });

  it('refuses more than the limit without looking at them', () => {
    const many = Array.from({ length: 1001 }, (_, i) => box(i, 0, -1, 1));
    expect(check(...many).problems).toMatchObject([{ code: 'TOO_MANY_ANNOTATIONS', field: ['input', 'boxes'] }]);
    const allowed = many.slice(1).map((_, i) => box(i % 600, i % 400, 2, 1 + (i % 7)));
    expect(check(...allowed).problems).toEqual([]);
  });

  it('names boxes as the caller does, and has no field where there is no input', () => {
    const [found] = checkBoxes([box(0, 0, 0, 0)], image, { limit: 1, nameOf: () => 'annotation 17' }).problems;
    expect(found).toMatchObject({ code: 'BOX_EMPTY', item: 'test/pit/0.png' });
    expect(found!.message).toContain('annotation 17');
    expect(found).not.toHaveProperty('field');
  });

  it('stores nothing else a caller brings along', () => {
    const extra = { ...box(1, 1, 2, 2), score: 1 } as Box;
    expect(check(extra).payload!.boxes[0]).toEqual(box(1, 1, 2, 2));
  });
});
