import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Allowed, Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
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
  const { label: words, rights } = useWords();
  const [showsKeys, setShowsKeys] = useState(false);
  const { duration } = useFormats();
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
      <aside class="tools" aria-label={words.tools}>
        <h2>{image.filename}</h2>
        {props.isPreview && <p class="hint">{words.isPreview}</p>}
        <Allowed right="LABEL" to={rights.label}>
          <div class="row">
            <button type="button" onClick={labelling.undo} disabled={!labelling.canUndo}>
              {words.undo}
            </button>
            <button type="button" onClick={labelling.redo} disabled={!labelling.canRedo}>
              {words.redo}
            </button>
            <button type="button" onClick={() => setShowsKeys(true)}>
              {words.keys}
            </button>
          </div>
          {tools}
          <button type="button" class="primary" disabled={save.isRunning} onClick={() => void save.run()}>
            {words.save}
          </button>
          {can('CURATE') && (
            <button type="button" disabled={normal.isRunning} onClick={() => void normal.run()}>
              {words.normal}
            </button>
          )}
          <p class="hint">
            {labelling.isChanged ? words.notSaved : words.nothingToSave} {words.active(duration(labelling.seconds()))}
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
          {props.sketch(words.mine, labelling.content)}
          {props.sketch(words.theirs, labelling.theirs.content)}
        </ConflictDialog>
      )}
    </>
  );
}

function useSaving<Content>({ image, labelling, labelKind, onSaved, onNext }: WorkspaceProps<Content>) {
  const { can } = useDataset();
  const say = useSay();
  const { label: words } = useWords();
  const { duration } = useFormats();
  const save = useAction(async () => {
    if (labelling.isChanged) {
      const seconds = labelling.seconds();
      const correction = await saveLabel(image, labelKind, labelling, can('CURATE'));
      if (!correction) return;
      onSaved(correction);
      say(words.saved(duration(seconds)));
    }
    onNext();
  });
  const normal = useAction(async () => {
    const correction = await markNormal(image, labelKind, labelling);
    if (!correction) return;
    onSaved(correction);
    say(words.saidNormal);
    onNext();
  });
  return { save, normal };
}
