import { useState } from 'preact/hooks';
import { withBox } from '../../canvas/acceptedRegion.js';
import { boxAround, movedBox, resizedBox, type DrawnBox } from '../../canvas/boxes.js';
import { useWords } from '../../words/language.js';
import { BoxList } from './boxList.js';
import { drawBoxes } from './draw.js';
import type { Draft } from './drafts.js';
import { useChosenKeys } from './keys/keyChoice.js';
import type { Handlers } from './keys/useActions.js';
import { boxKind } from './kinds.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import { useSuggested } from './suggestions/useSuggested.js';
import { useBoxStrokes } from './useBoxStrokes.js';
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
  const suggested = useSuggested({
    ...{ image, port, tool: strokes.tool },
    accepting: { content: labelling.content, change: labelling.change, add: withBox },
  });
  const { keyOf } = useChosenKeys();
  const handlers = handlersOf({ labelling, port, image, selected, select });
  return (
    <Workspace
      {...props}
      {...{ labelling, port, suggested, labelKind: boxKind }}
      handlers={{ ...suggested.handlers, ...handlers }}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: suggested.tool }}
          draw={(paint, view) => {
            drawBoxes(paint, strokes.shown, selected, view);
            suggested.draw(paint, view);
          }}
          label={words.canvas(image.filename, labelling.content.length)}
          describedBy="box-hint"
        />
      }
      tools={
        <>
          <p id="box-hint" class="hint">
            {words.hint(keyOf('newBox'))}
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

/** Pixels a step is, alone and with Shift. */
const [near, far] = [1, 10];

function handlersOf({ labelling, port, image, selected, select }: KeyParts): Handlers {
  const { content: boxes, change } = labelling;
  const remove = () => {
    if (!boxes[selected]) return;
    change(boxes.filter((_, index) => index !== selected));
    select(-1);
  };
  const newBox = () => {
    const side = Math.min(port.window.width, port.window.height) / port.view.scale / 4;
    change([...boxes, boxAround(port.middle, Math.min(side, image.width / 4, image.height / 4), image)]);
    select(boxes.length);
  };
  return {
    ...{ newBox, remove },
    nextBox: () => select(boxes.length === 0 ? -1 : (selected + 1) % boxes.length),
    selectNone: () => select(-1),
    move: (dx, dy, { shift, alt }) => {
      const box = boxes[selected];
      if (!box) return;
      const [x, y] = [dx * (shift ? far : near), dy * (shift ? far : near)];
      const next = alt ? resizedBox(box, 'se', x, y, image) : movedBox(box, x, y, image);
      change(boxes.map((each, index) => (index === selected ? next : each)));
    },
  };
}
