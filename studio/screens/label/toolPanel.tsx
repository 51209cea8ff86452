import type { ComponentChildren } from 'preact';
import { useDataset } from '../../api/dataset.js';
import { Allowed, Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { useTrial } from './trial.js';
import type { SavingActions } from './useSaving.js';
import type { EditorProps } from './workspace.js';

interface ToolPanelProps extends Pick<EditorProps, 'image' | 'isPreview'>, SavingActions {
  labelling: {
    undo: () => void;
    redo: () => void;
    canUndo: boolean;
    canRedo: boolean;
    isChanged: boolean;
    isKept: boolean;
    seconds: () => number;
  };
  onKeys: () => void;
  /** Of the kind that is drawn. */
  children: ComponentChildren;
}

/** What stands beside the image: the tools, and the ways to be done with it. */
export function ToolPanel({ image, isPreview, labelling, save, normal, onKeys, children }: ToolPanelProps) {
  const { can } = useDataset();
  // No clock in sight of whoever is measured.
  const trial = useTrial();
  const { label: words, rights, names } = useWords();
  const { duration } = useFormats();
  const unsaved = labelling.isKept ? words.notSaved : words.notKept;
  const notice = labelling.isChanged ? unsaved : words.nothingToSave;
  return (
    <aside class="tools" aria-label={words.tools}>
      <h2>{image.filename}</h2>
      {isPreview && <p class="hint">{words.isPreview}</p>}
      {!trial && image.split !== 'TRAIN' && <p class="hint">{words.notToTrain(names.splitChoices[image.split])}</p>}
      <Allowed right="LABEL" to={rights.label}>
        <div class="row">
          <button type="button" onClick={labelling.undo} disabled={!labelling.canUndo}>
            {words.undo}
          </button>
          <button type="button" onClick={labelling.redo} disabled={!labelling.canRedo}>
            {words.redo}
          </button>
          <button type="button" onClick={onKeys}>
            {words.keys}
          </button>
        </div>
        {children}
        <div class="done">
          <button type="button" class="primary" disabled={save.isRunning} onClick={() => void save.run()}>
            {words.save}
          </button>
          {!trial && can('CURATE') && (
            <button type="button" disabled={normal.isRunning} onClick={() => void normal.run()}>
              {words.normal}
            </button>
          )}
          {!trial && (
            <p class="hint">
              {notice} {words.active(duration(labelling.seconds()))}
            </p>
          )}
          <Failure error={save.error ?? normal.error} />
        </div>
      </Allowed>
    </aside>
  );
}
