import { describe, expect, it } from 'vitest';
import { done, historyOf, redone, undone } from '../../../../studio/canvas/history.js';

describe('what was drawn', () => {
  it('is taken back and done again, step by step', () => {
    const three = done(done(historyOf('a'), 'b'), 'c');
    expect(undone(three).present).toBe('b');
    expect(undone(undone(undone(three))).present).toBe('a');
    expect(redone(undone(three))).toEqual(three);
    expect(redone(three)).toEqual(three);
  });

  it('cannot be done again once something else was drawn', () => {
    const other = done(undone(done(historyOf('a'), 'b')), 'c');
    expect([other.present, redone(other).present]).toEqual(['c', 'c']);
  });

  it('is no step when nothing changed', () => {
    const history = historyOf('a');
    expect(done(history, 'a')).toBe(history);
  });

  it('can be taken back 200 steps', () => {
    let history = historyOf(0);
    for (let i = 1; i <= 300; i++) history = done(history, i);
    for (let i = 0; i < 300; i++) history = undone(history);
    expect(history.present).toBe(100);
  });
});
