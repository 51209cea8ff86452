import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { duration } from '../../parts/numbers.js';
import { Allowed, Failure } from '../../parts/states.js';
import { ConflictDialog } from './conflictDialog.js';
import { KeysDialog } from './keysDialog.js';
import type { DrawnImage, LabelKind } from './kinds.js';
import { markNormal, saveLabel, type Correction } from './saveLabel.js';
import { useKeys, type Keys } from './useKeys.js';
import type { Labelling } from './useLabelling.js';
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
}

/** Canvas and tools, saving, and what all kinds have in common. */
export function Workspace<Content>(props: WorkspaceProps<Content>) {
  const { image, labelling, labelKind, port, onNext, onPrevious, onOtherKind, canvas, tools } = props;
  const [showsKeys, setShowsKeys] = useState(false);
  const { save, normal } = useSaving(props);
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
      <aside class="tools" aria-label="Tools">
        <h2>{image.filename}</h2>
        {props.isPreview && <p class="hint">The browser cannot show this file: this is its preview.</p>}
        <Allowed right="LABEL" to="label">
          <div class="row">
            <button type="button" onClick={labelling.undo} disabled={!labelling.canUndo}>
              Undo
            </button>
            <button type="button" onClick={labelling.redo} disabled={!labelling.canRedo}>
              Redo
            </button>
            <button type="button" onClick={() => setShowsKeys(true)}>
              Keys
            </button>
          </div>
          {tools}
          <button type="button" class="primary" disabled={save.isRunning} onClick={() => void save.run()}>
            Save and next
          </button>
          {can('CURATE') && (
            <button type="button" disabled={normal.isRunning} onClick={() => void normal.run()}>
              Nothing here: normal, next
            </button>
          )}
          <p class="hint">
            {labelling.isChanged ? 'Not saved yet; kept in this browser.' : 'Nothing to save.'} Active{' '}
            {duration(labelling.seconds())}
          </p>
          <Failure error={save.error ?? normal.error} />
        </Allowed>
      </aside>
      {showsKeys && <KeysDialog kind={labelKind.kind} onClose={() => setShowsKeys(false)} />}
      {labelling.theirs && (
        <ConflictDialog
          theirs={labelling.theirs}
          difference={props.compare(labelling.content, labelling.theirs.content)}
          onChoose={labelling.settle}
        >
          {props.sketch('Mine', labelling.content)}
          {props.sketch('Theirs', labelling.theirs.content)}
        </ConflictDialog>
      )}
    </>
  );
}

function useSaving<Content>({ image, labelling, labelKind, onSaved, onNext }: WorkspaceProps<Content>) {
  const { can } = useDataset();
  const say = useSay();
  const save = useAction(async () => {
    if (labelling.isChanged) {
      const seconds = labelling.seconds();
      const correction = await saveLabel(image, labelKind, labelling, can('CURATE'));
      if (!correction) return;
      onSaved(correction);
      say(`saved, ${duration(seconds)}`);
    }
    onNext();
  });
  const normal = useAction(async () => {
    const correction = await markNormal(image, labelKind, labelling);
    if (!correction) return;
    onSaved(correction);
    say('normal');
    onNext();
  });
  return { save, normal };
}
