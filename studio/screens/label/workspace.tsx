import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { useWords } from '../../words/language.js';
import { ConflictDialog } from './conflictDialog.js';
import { useChosenKeys } from './keys/keyChoice.js';
import { KeysDialog } from './keys/keysDialog.js';
import { useActions, type Handlers } from './keys/useActions.js';
import type { DrawnImage, LabelKind } from './kinds.js';
import type { Correction } from './saveLabel.js';
import type { Suggested } from './suggestions/useSuggested.js';
import { ToolPanel } from './toolPanel.js';
import type { Labelling } from './useLabelling.js';
import { useRemembered } from './useRemembered.js';
import { useSaving } from './useSaving.js';
import type { Port } from './useViewport.js';
import { filterOf, plainLook, ViewLook } from './viewLook.js';

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
  handlers: Handlers;
  suggested: Suggested;
  canvas: ComponentChildren;
  tools: ComponentChildren;
  /** Says what two contents differ in. */
  compare: (mine: Content, theirs: Content) => string;
  sketch: (title: string, content: Content) => ComponentChildren;
  /** Says what is begun and would be lost when it was saved now. */
  unfinished?: string | undefined;
  /** What else is done once it is stored. @returns what to say of it. */
  afterSave?: (() => Promise<string>) | undefined;
}

/** Canvas and tools, saving, and what all kinds have in common. */
export function Workspace<Content>(props: WorkspaceProps<Content>) {
  const { image, labelling, labelKind, port, onNext, onPrevious, onOtherKind, canvas, tools, unfinished } = props;
  const { label: words } = useWords();
  const [showsKeys, setShowsKeys] = useState(false);
  const [hidesMarks, setHidesMarks] = useState(false);
  const [look, setLook] = useRemembered('look', plainLook);
  const { save, normal } = useSaving({ ...props, unfinished, assistance: props.suggested.assistance });
  const { can } = useDataset();
  const { bindings } = useChosenKeys();
  const handlers: Handlers = {
    ...{ undo: labelling.undo, redo: labelling.redo, otherKind: onOtherKind, next: onNext, previous: onPrevious },
    ...(can('LABEL') && { save: () => void save.run() }),
    ...(can('LABEL') && can('CURATE') && { normal: () => void normal.run() }),
    marks: () => setHidesMarks(!hidesMarks),
    whole: port.fit,
    larger: () => port.zoom(1.25),
    smaller: () => port.zoom(0.8),
    keys: () => setShowsKeys(true),
    ...props.handlers,
  };
  useActions(handlers, labelKind.kind, bindings);
  return (
    <>
      <div class={hidesMarks ? 'canvas bare' : 'canvas'} style={{ '--look': filterOf(look) }}>
        {canvas}
      </div>
      <ToolPanel {...{ image, isPreview: props.isPreview, labelling, save, normal }} onKeys={() => setShowsKeys(true)}>
        {tools}
        {props.suggested.panel}
        <ViewLook look={look} onLook={setLook} />
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
