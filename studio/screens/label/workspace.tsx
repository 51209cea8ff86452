import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { useWords } from '../../words/language.js';
import { ConflictDialog } from './conflictDialog.js';
import { KeysDialog } from './keysDialog.js';
import type { DrawnImage, LabelKind } from './kinds.js';
import type { Correction } from './saveLabel.js';
import { ToolPanel } from './toolPanel.js';
import { useKeys, type Keys } from './useKeys.js';
import type { Labelling } from './useLabelling.js';
import { useSaving } from './useSaving.js';
import type { Port } from './useViewport.js';

/** What an editor needs to know, whatever it edits. */
export interface EditorProps {
  image: DrawnImage;
  bitmap: ImageBitmap;
  isPreview: boolean;
  /** Where to go when this one is done. */
  onNext: () => void;
  onPrevious: () => void;
  /** Something was stored. */
  onSaved: (correction: Correction) => void;
  /** Shows the other kind of label. */
  onOtherKind: () => void;
}

interface WorkspaceProps<Content> extends EditorProps {
  labelling: Labelling<Content>;
  labelKind: LabelKind<Content>;
  port: Port;
  /** Besides those of every editor. */
  keys: Keys;
  canvas: ComponentChildren;
  tools: ComponentChildren;
  /** Says what two contents differ in. */
  compare: (mine: Content, theirs: Content) => string;
  sketch: (title: string, content: Content) => ComponentChildren;
  /** Says what is begun and would be lost when it was saved now. */
  unfinished?: string | undefined;
}

/** Canvas and tools, saving, and what all kinds have in common. */
export function Workspace<Content>(props: WorkspaceProps<Content>) {
  const { image, labelling, labelKind, port, onNext, onPrevious, onOtherKind, canvas, tools, unfinished } = props;
  const { label: words } = useWords();
  const [showsKeys, setShowsKeys] = useState(false);
  const { save, normal } = useSaving({ ...props, unfinished });
  const { can } = useDataset();
  useKeys({
    'Ctrl+z': labelling.undo,
    'Ctrl+Shift+z': labelling.redo,
    'Ctrl+y': labelling.redo,
    'Ctrl+Enter': () => void save.run(),
    'Shift+Enter': () => (can('CURATE') ? void normal.run() : undefined),
    f: onNext,
    d: onPrevious,
    k: onOtherKind,
    '0': port.fit,
    '+': () => port.zoom(1.25),
    '-': () => port.zoom(0.8),
    '?': () => setShowsKeys(true),
    F1: () => setShowsKeys(true),
    ...props.keys,
  });
  return (
    <>
      <div class="canvas">{canvas}</div>
      <ToolPanel {...{ image, isPreview: props.isPreview, labelling, save, normal }} onKeys={() => setShowsKeys(true)}>
        {tools}
      </ToolPanel>
      {showsKeys && <KeysDialog kind={labelKind.kind} onClose={() => setShowsKeys(false)} />}
      {labelling.theirs && (
        <ConflictDialog
          theirs={labelling.theirs}
          difference={props.compare(labelling.content, labelling.theirs.content)}
          onChoose={labelling.settle}
        >
          {props.sketch(words.mine, labelling.content)}
          {props.sketch(words.theirs, labelling.theirs.content)}
        </ConflictDialog>
      )}
    </>
  );
}
