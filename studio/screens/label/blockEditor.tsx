import { blockCounts, disagreement, type BlockGrid } from '../../canvas/blocks.js';
import { useWords } from '../../words/language.js';
import { BlockBrush } from './blockBrush.js';
import { drawBlocks } from './draw.js';
import type { Draft } from './drafts.js';
import { useChosenKeys } from './keys/keyChoice.js';
import { blockKind } from './kinds.js';
import { RasterCanvas } from './rasterCanvas.js';
import { Sketch } from './sketch.js';
import { useBlockEditing, type BlockEditing } from './useBlockEditing.js';
import { useLabelling } from './useLabelling.js';
import { useViewport } from './useViewport.js';
import { Workspace, type EditorProps } from './workspace.js';

/** Paints each block NORMAL, ANOMALOUS, IGNORED or UNKNOWN. */
export function BlockEditor(props: EditorProps & { draft: Draft<BlockGrid> | undefined }) {
  const { image, bitmap, draft } = props;
  const { label, names } = useWords();
  const words = label.blocks;
  const labelling = useLabelling(image, blockKind, draft);
  const { content: grid } = labelling;
  const port = useViewport(image);
  const editing = useBlockEditing(image, labelling, port);
  const { cursor, shown, hasGrid, suggested, handlers } = editing;
  const value = grid.labels[cursor.row * grid.columns + cursor.column]!;
  return (
    <Workspace
      {...props}
      {...{ labelling, port, handlers, suggested, labelKind: blockKind }}
      canvas={
        <RasterCanvas
          {...{ bitmap, image, port, tool: suggested.tool }}
          draw={(paint, view) => {
            drawBlocks(paint, { grid: shown, cursor, hasGrid }, image, view);
            suggested.draw(paint, view);
          }}
          label={words.canvas(image.filename, cursor.row + 1, cursor.column + 1, names.blockValues[value])}
          describedBy="block-hint"
        />
      }
      tools={<BlockTools {...{ image, grid, editing }} />}
      compare={(mine, theirs) => {
        const blocks = disagreement(mine, theirs);
        return blocks === undefined ? words.otherSize : words.difference(blocks);
      }}
      sketch={(title, content) => (
        <Sketch
          {...{ title, bitmap, image }}
          draw={(paint, view) => drawBlocks(paint, { grid: content, cursor: undefined, hasGrid }, image, view)}
        />
      )}
    />
  );
}

interface BlockToolsProps extends Pick<EditorProps, 'image'> {
  grid: BlockGrid;
  editing: BlockEditing;
}

function BlockTools({ image, grid, editing: { brush, setBrush } }: BlockToolsProps) {
  const { blocks: words } = useWords().label;
  const { keyOf } = useChosenKeys();
  const counts = blockCounts(grid);
  return (
    <>
      <p id="block-hint" class="hint">
        {words.hint(grid.blockSize, keyOf('paintNormal'), keyOf('paintUnknown'))}
      </p>
      <BlockBrush brush={brush} counts={counts} onChoose={setBrush} />
      {image.label === 'ANOMALOUS' && counts.ANOMALOUS + counts.UNKNOWN === 0 && (
        <p class="hint">{words.nothingMarked}</p>
      )}
    </>
  );
}
