import { brushSizes } from '../../canvas/strokes.js';
import { useFormats, useWords } from '../../words/language.js';
import type { MaskBrush } from './useMaskStrokes.js';

const tools = [
  ['BRUSH', 'B'],
  ['ERASER', 'E'],
  ['POLYGON', 'P'],
] as const;

/** Which tool, and how broad. */
export function MaskTools({ brush, onChoose }: { brush: MaskBrush; onChoose: (brush: MaskBrush) => void }) {
  const { masks: words } = useWords().drawing;
  return (
    <>
      <fieldset class="values">
        <legend>{words.tool}</legend>
        {tools.map(([tool, key]) => (
          <label key={tool}>
            <input
              type="radio"
              name="tool"
              checked={tool === brush.tool}
              onChange={() => onChoose({ ...brush, tool })}
            />{' '}
            <kbd>{key}</kbd> {words.tools[tool]}
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{words.size(brush.size)}</span>
        <input
          type="range"
          min={brushSizes.least}
          max={brushSizes.most}
          value={brush.size}
          onInput={(event) => onChoose({ ...brush, size: Number(event.currentTarget.value) })}
        />
      </label>
    </>
  );
}

/** How much of the image is marked. */
export function MarkedShare({ marked, pixels }: { marked: number; pixels: number }) {
  const { masks: words } = useWords().drawing;
  const { measured } = useFormats();
  return <p class="hint">{words.marked(marked, measured((100 * marked) / pixels))}</p>;
}
