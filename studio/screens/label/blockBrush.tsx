import { blockValues, type BlockValue } from '../../canvas/blocks.js';
import { shownValues } from '../../canvas/shownValues.js';
import { useWords } from '../../words/language.js';
import type { ActionId } from './keys/actions.js';
import { useChosenKeys } from './keys/keyChoice.js';

/** What a hand paints with. */
export interface Brush {
  value: BlockValue;
  /** Blocks a side. */
  side: 1 | 3 | 5;
}

const actionOf = {
  NORMAL: 'paintNormal',
  ANOMALOUS: 'paintAnomalous',
  IGNORED: 'paintIgnored',
  UNKNOWN: 'paintUnknown',
} as const satisfies Record<BlockValue, ActionId>;

/** What to paint with, and how many blocks say what. */
export function BlockBrush({
  brush,
  counts,
  onChoose,
}: {
  brush: Brush;
  counts: Record<BlockValue, number>;
  onChoose: (brush: Brush) => void;
}) {
  const { label, names } = useWords();
  const { keyOf } = useChosenKeys();
  return (
    <>
      <fieldset class="values">
        <legend>{label.blocks.paint}</legend>
        {blockValues.map((value) => (
          <label key={value} class={`value ${value.toLowerCase()}`}>
            <input
              type="radio"
              name="paint"
              checked={value === brush.value}
              onChange={() => onChoose({ ...brush, value })}
            />
            <kbd>{keyOf(actionOf[value])}</kbd> <b>{shownValues[value].letter}</b> {names.blockValues[value]}{' '}
            <span class="number">{counts[value]}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class="row">
        <legend>{label.blocks.brush}</legend>
        {([1, 3, 5] as const).map((side) => (
          <label key={side}>
            <input
              type="radio"
              name="side"
              checked={side === brush.side}
              onChange={() => onChoose({ ...brush, side })}
            />{' '}
            {side} × {side}
          </label>
        ))}
      </fieldset>
    </>
  );
}
