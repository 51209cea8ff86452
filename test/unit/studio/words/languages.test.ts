import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../../../studio/words/languages.js';

describe('the language of the page', () => {
  it.each([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr-FR', 'zh-Hans-CN', 'en'], 'zh'],
    [null, ['fr'], 'en'],
    ['zh', ['de'], 'zh'],
    ['klingon', ['de'], 'de'],
    ['toString', ['constructor'], 'en'],
  ] as const)('with %s chosen and a browser of %j is %s', (chosen, browser, language) => {
    expect(preferredLanguage(chosen, browser)).toBe(language);
  });
});
