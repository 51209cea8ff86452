import type { DrawnKind } from '../../../canvas/drawnKinds.js';
import { directions, type ActionId } from './actions.js';
import { actionOf, type Bindings, type Held } from './bindings.js';
import { useKeys } from '../useKeys.js';

type Direction = keyof typeof directions;

/** What an editor does for its actions; what it has nothing for is left to the browser. */
export interface Handlers extends Partial<Record<Exclude<ActionId, Direction>, () => void>> {
  /** One step of a direction. */
  move?: (dx: number, dy: number, held: Held) => void;
}

/** Runs what a key stands for, for whoever has these keys. */
export function useActions(handlers: Handlers, kind: DrawnKind, bindings: Bindings): void {
  useKeys((name) => handlerOf({ handlers, kind, bindings }, name));
}

function handlerOf(
  { handlers, kind, bindings }: { handlers: Handlers; kind: DrawnKind; bindings: Bindings },
  name: string,
): (() => void) | undefined {
  const found = actionOf(bindings, kind, name);
  if (!found) return undefined;
  const { action, held } = found;
  if (!isDirection(action)) return handlers[action];
  const { move } = handlers;
  const [dx, dy] = directions[action];
  return move && (() => move(dx, dy, held));
}

function isDirection(action: ActionId): action is Direction {
  return action in directions;
}
