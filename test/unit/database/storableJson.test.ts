import { describe, expect, it } from 'vitest';
import { storableJson } from '../../../src/database/storableJson.js';

describe('storableJson', () => {
  it('drops NUL and replaces lone surrogates, however deep', () => {
    const parsed = JSON.parse(
      storableJson([{ message: 'a\0b', nested: { text: '\ud800x\udfff', ['n\0\ud800']: 1 } }]),
    ) as unknown;
    expect(parsed).toEqual([{ message: 'ab', nested: { text: '\ufffdx\ufffd', 'n\ufffd': 1 } }]);
  });

  it('keeps all other text', () => {
    const text = 'Prüfung 検査 😀 \\u0000 "quoted"\n';
    expect(JSON.parse(storableJson({ text }))).toEqual({ text });
  });
});
