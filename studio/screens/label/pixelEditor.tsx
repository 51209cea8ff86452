import { useMemo, useState } from 'preact/hooks';
import { disagreement, markedPixels, type Mask } from '../../canvas/mask.js';
import { useWords } from '../../words/language.js';
import { drawPaintTool } from './draw.js';
import { deriveLabels, type DerivedLabels } from './derivedLabels.js';
import type { Draft } from './drafts.js';
import { useChosenKeys } from './keys/keyChoice.js';
import { pixelKind } from './kinds.js';
import { MaskPainter } from './maskPainter.js';
import { MaskTools } from './maskTools.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import { useLabelling } from './useLabelling.js';
import { useMaskEditing } from './useMaskEditing.js';
import { useRemembered } from './useRemembered.js';
import { useViewport } from './useViewport.js';
import { Workspace, type EditorProps } from './workspace.js';

/** Paints each pixel normal or anomalous. */
export function PixelEditor(props: EditorProps & { draft: Draft<Mask> | undefined }) {
  const { image, bitmap, draft } = props;
  const { drawing, names } = useWords();
  const words = drawing.masks;
  const marksOf = (kinds: DerivedLabels['made']) => kinds.map((kind) => names.marks[kind]).join(', ');
  const derivedWords = ({ made, left }: DerivedLabels) => words.derived(marksOf(made), marksOf(left));
  const { keyOf } = useChosenKeys();
  const labelling = useLabelling(image, pixelKind, draft);
  const port = useViewport(image);
  const editing = useMaskEditing(image, labelling, port);
  const { brush, cursor, strokes, suggested, handlers } = editing;
  const { corners, shown } = strokes;
  const [painter] = useState(() => new MaskPainter());
  const [derives, setDerives] = useRemembered('derive', false);
  const marked = useMemo(() => markedPixels(labelling.content), [labelling.content]);
  return (
    <Workspace
      {...props}
      {...{ labelling, port, handlers, suggested, labelKind: pixelKind }}
      afterSave={derives && marked > 0 ? async () => derivedWords(await deriveLabels(image)) : undefined}
      unfinished={corners.length > 0 ? words.unfinished(keyOf('closePolygon'), keyOf('dropPolygon')) : undefined}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: suggested.tool }}
          draw={(paint, view) => {
            painter.paint(paint, shown, view);
            suggested.draw(paint, view);
            drawPaintTool(paint, { brush, cursor, corners }, view);
          }}
          label={words.canvas(image.filename, marked)}
          describedBy="mask-hint"
        />
      }
      tools={<MaskTools {...{ image, editing, marked, derives, setDerives }} />}
      compare={(mine, theirs) => words.difference(disagreement(mine, theirs))}
      sketch={(title, content) => (
        <Sketch {...{ title, bitmap, image }} draw={(paint, view) => new MaskPainter().paint(paint, content, view)} />
      )}
    />
  );
}
