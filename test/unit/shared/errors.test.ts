import { describe, expect, it } from 'vitest';
import { collectProblems, notFound, problem, type Problem } from '../../../src/shared/errors.js';

describe('collectProblems', () => {
  const refused = problem('NAME_TAKEN', 'taken', { item: 'a' });

  it('gives what was found, now or later, and keeps what was wrong', async () => {
    const problems: Problem[] = [];
    expect(collectProblems(problems, () => 1)).toBe(1);
    expect(await collectProblems(problems, () => Promise.resolve(2))).toBe(2);
    expect(
      collectProblems(problems, () => {
        throw refused;
      }),
    ).toBeUndefined();
    expect(
      await collectProblems(problems, () => Promise.reject(notFound('image', 'x', ['input', 'id']))),
    ).toBeUndefined();
    expect(problems).toEqual([
      { code: 'NAME_TAKEN', message: 'taken', item: 'a' },
      { code: 'NOT_FOUND', message: 'there is no image x', field: ['input', 'id'], item: 'x' },
    ]);
  });

  it('lets faults pass, now or later', async () => {
    const problems: Problem[] = [];
    const fault = new TypeError('a fault');
    expect(() =>
      collectProblems(problems, () => {
        throw fault;
      }),
    ).toThrow(fault);
    await expect(collectProblems(problems, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(problems).toEqual([]);
  });
});
