import { brushSizes } from '../../canvas/strokes.js';
import { useFormats, useWords } from '../../words/language.js';
import { useChosenKeys } from './keys/keyChoice.js';
import type { DrawnImage } from './kinds.js';
import type { MaskEditing } from './useMaskEditing.js';
import { fewestCorners } from './useMaskStrokes.js';

const tools = [
  ['BRUSH', 'brush'],
  ['ERASER', 'eraser'],
  ['POLYGON', 'polygon'],
] as const;

interface MaskToolsProps {
  image: DrawnImage;
  editing: MaskEditing;
  /** Pixels. */
  marked: number;
  /** Whether cheaper labels are made of the mask when it is saved. */
  derives: boolean;
  setDerives: (derives: boolean) => void;
}

/** Which tool, how broad, and what it has made so far. */
export function MaskTools({ image, editing, marked, derives, setDerives }: MaskToolsProps) {
  const { masks: words } = useWords().drawing;
  const { measured } = useFormats();
  const { keyOf } = useChosenKeys();
  const { brush, strokes, handlers } = editing;
  const share = measured((100 * marked) / (image.width * image.height));
  return (
    <>
      <p id="mask-hint" class="hint">
        {brush.tool === 'POLYGON' ? words.polygonHint(keyOf('closePolygon')) : words.paintHint}
      </p>
      <BrushChoice {...editing} />
      <div class="row">
        <button type="button" disabled={strokes.corners.length < fewestCorners} onClick={strokes.close}>
          {words.close}
        </button>
        <button type="button" onClick={handlers.fillHoles}>
          {words.fillHoles}
        </button>
      </div>
      <p class="hint">{words.marked(marked, share)}</p>
      <label>
        <input type="checkbox" checked={derives} onChange={() => setDerives(!derives)} /> {words.derive}
      </label>
      {image.label === 'ANOMALOUS' && marked === 0 && <p class="hint">{words.nothingMarked}</p>}
    </>
  );
}

function BrushChoice({ brush, setBrush }: Pick<MaskEditing, 'brush' | 'setBrush'>) {
  const { masks: words } = useWords().drawing;
  const { keyOf } = useChosenKeys();
  return (
    <>
      <fieldset class="values">
        <legend>{words.tool}</legend>
        {tools.map(([tool, action]) => (
          <label key={tool}>
            <input
              type="radio"
              name="tool"
              checked={tool === brush.tool}
              onChange={() => setBrush({ ...brush, tool })}
            />{' '}
            <kbd>{keyOf(action)}</kbd> {words.tools[tool]}
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
          onInput={(event) => setBrush({ ...brush, size: Number(event.currentTarget.value) })}
        />
      </label>
    </>
  );
}
