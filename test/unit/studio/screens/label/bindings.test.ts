import { describe, expect, it } from 'vitest';
import { actionIds, presets, type Preset } from '../../../../../studio/screens/label/keys/actions.js';
import {
  actionOf,
  bindingsOf,
  conflictsOf,
  isFree,
  nameOfKey,
  readChoice,
  shownKey,
  withKey,
} from '../../../../../studio/screens/label/keys/bindings.js';

const residua = { preset: 'residua', own: {} } as const;
const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  nameOfKey({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('keys', () => {
  it.each(Object.keys(presets) as Preset[])(
    'of the preset %s are at odds nowhere, and every action has one',
    (preset) => {
      const bindings = bindingsOf({ preset, own: {} });
      expect(conflictsOf(bindings)).toEqual([]);
      expect(actionIds.filter((id) => bindings[id].length === 0)).toEqual([]);
      expect(actionIds.flatMap((id) => bindings[id]).filter((key) => !isFree(key))).toEqual([]);
    },
  );

  it('are named alike on every keyboard', () => {
    expect([press('F'), press('f', { shiftKey: true }), press('?', { shiftKey: true }), press('?')]).toEqual([
      ...['f', 'Shift+f', '?', '?'],
    ]);
    expect([press(' ', { ctrlKey: true }), press('z', { metaKey: true, shiftKey: true }), press('+')]).toEqual([
      ...['Ctrl+Space', 'Ctrl+Shift+z', '+'],
    ]);
    expect(['Ctrl+ArrowLeft', '+', 'Ctrl++', 'f'].map(shownKey)).toEqual(['Ctrl+←', '+', 'Ctrl++', 'F']);
  });

  it('mean the tool of the kind that is drawn, and directions with what is held', () => {
    const bindings = bindingsOf(residua);
    expect(actionOf(bindings, 'BOX', 'b')?.action).toBe('nextBox');
    expect(actionOf(bindings, 'PIXEL', 'b')?.action).toBe('brush');
    expect(actionOf(bindings, 'BLOCK', 'b')).toBeUndefined();
    expect(actionOf(bindings, 'BOX', 'Alt+Shift+ArrowUp')).toEqual({
      action: 'up',
      held: { shift: true, alt: true, ctrl: false },
    });
    expect(actionOf(bindingsOf({ preset: 'labelStudio', own: {} }), 'BOX', 'Shift+ArrowDown')?.action).toBe('next');
  });

  it('are taken from what they did before, but not from another kind', () => {
    const { choice, lost } = withKey(residua, 'suggestions', 'b');
    expect(lost).toEqual(['nextBox', 'brush']);
    const bindings = bindingsOf(choice);
    expect([bindings.suggestions, bindings.nextBox, bindings.brush]).toEqual([['b'], [], []]);
    expect(conflictsOf(bindings)).toEqual([]);
    expect(withKey(residua, 'grid', 'e').lost).toEqual([]);
    expect(withKey(residua, 'left', 'w').choice.own).toEqual({ left: ['w'] });
  });

  it('at odds with each other are told', () => {
    expect(conflictsOf(bindingsOf({ preset: 'residua', own: { whole: ['f'] } }))).toEqual([
      { key: 'f', actions: ['next', 'whole'] },
    ]);
  });

  it.each([
    ['nothing', null],
    ['broken text', '{"preset":'],
    ['another age', '{"preset":"emacs","own":{"gone":["x"],"next":"f","undo":[1],"redo":["u"]}}'],
    ['no object', '7'],
  ])('that were stored are read as far as they are known: %s', (_name, text) => {
    const choice = readChoice(text);
    expect(choice).toEqual({ preset: 'residua', own: text?.includes('redo') ? { redo: ['u'] } : {} });
  });
});
