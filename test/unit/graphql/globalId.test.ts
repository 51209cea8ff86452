import { describe, expect, it } from 'vitest';
import { decodeGlobalId, encodeGlobalId, idOf, optionalIdOf, parseGlobalId } from '../../../src/graphql/globalId.js';
import { jobIdOf } from '../../../src/graphql/job/jobId.js';

const uuid = '0197c8a2-1111-7222-8333-444455556666';
const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('a global id', () => {
  it('names its type and its UUID', () => {
    expect(decodeGlobalId(encodeGlobalId('Dataset', uuid))).toEqual({ type: 'Dataset', id: uuid });
    expect(idOf('Dataset', encodeGlobalId('Dataset', uuid), ['input', 'id'])).toBe(uuid);
    expect(optionalIdOf('Dataset', null, [])).toBeUndefined();
  });

  it.each([
    '',
    '1 OR 1=1',
    uuid,
    encode('Dataset'),
    encode('Dataset:1'),
    encode(`Dataset:${uuid}:x`),
    'x'.repeat(10_000),
  ])('is not %j', (text) => {
    expect(decodeGlobalId(text)).toBeUndefined();
    expect(() => parseGlobalId(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    const inInput = expect.objectContaining({
      problems: [expect.objectContaining({ code: 'BAD_USER_INPUT', field: ['input', 'id'] }) as object],
    }) as Error;
    expect(() => idOf('Dataset', text, ['input', 'id'])).toThrow(inInput);
    expect(() => jobIdOf(text, ['input', 'id'])).toThrow(inInput);
  });

  it('of another type finds nothing, and says what was given', () => {
    expect(() => idOf('Dataset', encodeGlobalId('Image', uuid), ['input', 'id'])).toThrow(
      'NOT_FOUND: the id belongs to a Image; here the id of a Dataset is needed',
    );
    expect(() => jobIdOf(encodeGlobalId('Image', uuid), ['input', 'id'])).toThrow(
      /^NOT_FOUND: the id belongs to a Image/,
    );
    expect(jobIdOf(encodeGlobalId('Evaluation', uuid), [])).toBe(uuid);
  });
});
