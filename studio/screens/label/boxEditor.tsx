import { useState } from 'preact/hooks';
import { boxAround, movedBox, resizedBox, type DrawnBox } from '../../canvas/boxes.js';
import { useWords } from '../../words/language.js';
import { BoxList } from './boxList.js';
import { drawBoxes } from './draw.js';
import type { Draft } from './drafts.js';
import { boxKind } from './kinds.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import { useBoxStrokes } from './useBoxStrokes.js';
import type { Keys } from './useKeys.js';
import { useLabelling, type Labelling } from './useLabelling.js';
import { useViewport, type Port } from './useViewport.js';
import { Workspace, type EditorProps } from './workspace.js';

type Boxes = readonly DrawnBox[];

/** Draws boxes around defects. */
export function BoxEditor(props: EditorProps & { draft: Draft<Boxes> | undefined }) {
  const { image, bitmap, draft } = props;
  const { boxes: words } = useWords().label;
  const labelling = useLabelling(image, boxKind, draft);
  const port = useViewport(image);
  const [selected, select] = useState(-1);
  const strokes = useBoxStrokes({ boxes: labelling.content, selected, select, image, port, change: labelling.change });
  const keys = useBoxKeys({ labelling, port, image, selected, select });
  return (
    <Workspace
      {...props}
      {...{ labelling, port, keys, labelKind: boxKind }}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: strokes.tool }}
          draw={(paint, view) => drawBoxes(paint, strokes.shown, selected, view)}
          label={words.canvas(image.filename, labelling.content.length)}
          describedBy="box-hint"
        />
      }
      tools={
        <>
          <p id="box-hint" class="hint">
            {words.hint}
          </p>
          <BoxList boxes={labelling.content} selected={selected} onSelect={select} onChange={labelling.change} />
        </>
      }
      compare={(mine, theirs) => words.difference(mine.length, theirs.length)}
      sketch={(title, content) => (
        <Sketch {...{ title, bitmap, image }} draw={(paint, view) => drawBoxes(paint, content, -1, view)} />
      )}
    />
  );
}

interface KeyParts {
  labelling: Labelling<Boxes>;
  port: Port;
  image: EditorProps['image'];
  selected: number;
  select: (index: number) => void;
}

/** Whole pixels an arrow key moves by, alone and with Shift. */
const [near, far] = [1, 10];

function useBoxKeys({ labelling, port, image, selected, select }: KeyParts): Keys {
  const { content: boxes, change } = labelling;
  const replace = (next: (box: DrawnBox) => DrawnBox) => {
    if (boxes[selected]) change(boxes.map((box, index) => (index === selected ? next(box) : box)));
  };
  const move = (dx: number, dy: number) => () => replace((box) => movedBox(box, dx, dy, image));
  const resize = (dx: number, dy: number) => () => replace((box) => resizedBox(box, 'se', dx, dy, image));
  const remove = () => {
    if (!boxes[selected]) return;
    change(boxes.filter((_, index) => index !== selected));
    select(-1);
  };
  const add = () => {
    const side = Math.min(port.window.width, port.window.height) / port.view.scale / 4;
    change([...boxes, boxAround(port.middle, Math.min(side, image.width / 4, image.height / 4), image)]);
    select(boxes.length);
  };
  const arrows = [
    ['ArrowLeft', -1, 0],
    ['ArrowRight', 1, 0],
    ['ArrowUp', 0, -1],
    ['ArrowDown', 0, 1],
  ] as const;
  const moves = arrows.flatMap(([key, x, y]) => [
    [key, move(x * near, y * near)] as const,
    [`Shift+${key}`, move(x * far, y * far)] as const,
    [`Alt+${key}`, resize(x * near, y * near)] as const,
    [`Alt+Shift+${key}`, resize(x * far, y * far)] as const,
  ]);
  return {
    ...Object.fromEntries(moves),
    n: add,
    b: () => select(boxes.length === 0 ? -1 : (selected + 1) % boxes.length),
    Delete: remove,
    Backspace: remove,
    Escape: () => select(-1),
  };
}
