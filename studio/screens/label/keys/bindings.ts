import type { DrawnKind } from '../../../canvas/drawnKinds.js';
import { actionIds, actions, directions, presets, type ActionId, type Preset } from './actions.js';

/** Which keys do what. */
export type Bindings = Readonly<Record<ActionId, readonly string[]>>;

/** What somebody has chosen: a preset, and keys of their own. */
export interface KeyChoice {
  preset: Preset;
  own: Partial<Bindings>;
}

/** Modifiers that are held with a direction. */
export interface Held {
  shift: boolean;
  alt: boolean;
  ctrl: boolean;
}

/** A key with its modifiers: `Ctrl+Enter`, `Shift+ArrowLeft`, `n`. Signs need Shift on some keyboards and none on others: theirs is left out. */
export function nameOfKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const isSign = key.length === 1 && key !== ' ' && key.toLowerCase() === key.toUpperCase();
  const modifiers = [(ctrlKey || metaKey) && 'Ctrl', altKey && 'Alt', shiftKey && !isSign && 'Shift'];
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toLowerCase() : key;
  return [...modifiers.filter(Boolean), name].join('+');
}

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function bindingsOf({ preset, own }: KeyChoice): Bindings {
  const usual = Object.fromEntries(actionIds.map((id) => [id, actions[id].keys]));
  return { ...usual, ...presets[preset], ...own } as Bindings;
}

/** What a key does to labels of a kind. */
export function actionOf(
  bindings: Bindings,
  kind: DrawnKind,
  name: string,
): { action: ActionId; held: Held } | undefined {
  const own = actionIds.filter((id) => isOf(id, kind));
  const exact = own.find((id) => bindings[id].includes(name));
  if (exact) return { action: exact, held: { shift: false, alt: false, ctrl: false } };
  const parts = name.split('+');
  const plain = parts.at(-1)!;
  const direction = own.find((id) => id in directions && bindings[id].includes(plain));
  const held = { shift: parts.includes('Shift'), alt: parts.includes('Alt'), ctrl: parts.includes('Ctrl') };
  return direction && { action: direction, held };
}

/** Two actions on one key that can be meant at once. */
export interface KeyConflict {
  key: string;
  actions: readonly [ActionId, ActionId];
}

export function conflictsOf(bindings: Bindings): KeyConflict[] {
  return actionIds.flatMap((a, index) =>
    actionIds.slice(index + 1).flatMap((b) => {
      const shared = meet(a, b) ? bindings[a].filter((key) => bindings[b].includes(key)) : [];
      return shared.map((key) => ({ key, actions: [a, b] as const }));
    }),
  );
}

/** With a key for an action instead of those it had. Whatever that key did beside it loses it. */
export function withKey(choice: KeyChoice, action: ActionId, key: string): { choice: KeyChoice; lost: ActionId[] } {
  const bindings = bindingsOf(choice);
  const lost = actionIds.filter((id) => id !== action && meet(id, action) && bindings[id].includes(key));
  const taken = Object.fromEntries(lost.map((id) => [id, bindings[id].filter((each) => each !== key)]));
  return { choice: { ...choice, own: { ...choice.own, ...taken, [action]: [key] } }, lost };
}

/** Keys that no page gets, or that everybody needs to move about in it. */
const notForUs = ['Tab', 'Shift+Tab', 'Ctrl+t', 'Ctrl+w', 'Ctrl+n', 'Ctrl+Shift+t', 'Ctrl+Shift+n', 'Ctrl+Shift+w'];

/** Whether a key can be bound. */
export function isFree(key: string): boolean {
  return !notForUs.includes(key);
}

/** Whether a press is of a modifier alone. */
export function isModifier({ key }: Pick<KeyPress, 'key'>): boolean {
  return ['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process', 'Unidentified'].includes(key);
}

/** What was stored, of any age: what is not known any more is left out. */
export function readChoice(text: string | null): KeyChoice {
  const usual: KeyChoice = { preset: 'residua', own: {} };
  try {
    const { preset, own } = JSON.parse(text ?? '{}') as { preset?: unknown; own?: unknown };
    const kept = Object.entries(own ?? {}).filter(
      ([id, keys]) => Object.hasOwn(actions, id) && Array.isArray(keys) && keys.every((key) => typeof key === 'string'),
    );
    return {
      preset: typeof preset === 'string' && Object.hasOwn(presets, preset) ? (preset as Preset) : usual.preset,
      own: Object.fromEntries(kept),
    };
  } catch {
    return usual;
  }
}

const arrows: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** A key as it stands on a keyboard. */
export function shownKey(name: string): string {
  const parts =
    name === '+' || name.endsWith('++') ? [...name.slice(0, -1).split('+').filter(Boolean), '+'] : name.split('+');
  return parts.map((part) => arrows[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join('+');
}

function isOf(action: ActionId, kind: DrawnKind): boolean {
  return actions[action].kinds.includes(kind);
}

function meet(a: ActionId, b: ActionId): boolean {
  return actions[a].kinds.some((kind) => isOf(b, kind));
}

/** The actions there are for labels of a kind. */
export function actionsFor(kind: DrawnKind): ActionId[] {
  return actionIds.filter((id) => isOf(id, kind));
}
