import type { AssistanceInput } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useAction, type Action } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { useFormats, useWords } from '../../words/language.js';
import type { LabelKind } from './kinds.js';
import { markNormal, saveLabel } from './saveLabel.js';
import { useTrial } from './trial.js';
import type { Labelling } from './useLabelling.js';
import type { EditorProps } from './workspace.js';

interface SavingParts<Content> extends Pick<EditorProps, 'image' | 'onSaved' | 'onNext'> {
  labelling: Labelling<Content>;
  labelKind: LabelKind<Content>;
  /** Says what is begun and would be lost; undefined when nothing is. */
  unfinished: string | undefined;
  /** What was suggested meanwhile. */
  assistance: () => AssistanceInput | undefined;
  /** What else is done once it is stored. @returns what to say of it. */
  afterSave?: (() => Promise<string>) | undefined;
}

/** The two ways to be done with an image. */
export interface SavingActions {
  /** Stores what was drawn, and shows the next image. */
  save: Action<[]>;
  /** Says that there is nothing, and shows the next image. */
  normal: Action<[]>;
}

export function useSaving<Content>(parts: SavingParts<Content>): SavingActions {
  const { image, labelling, labelKind, unfinished, assistance, afterSave, onSaved, onNext } = parts;
  const { can } = useDataset();
  const say = useSay();
  const trial = useTrial();
  const { label: words } = useWords();
  const { duration } = useFormats();
  const save = useAction(async () => {
    if (unfinished !== undefined) return say(unfinished);
    if (trial) {
      await labelling.save();
      return onNext();
    }
    if (labelling.isChanged) {
      const seconds = labelling.seconds();
      const correction = await saveLabel(image, labelKind, labelling, can('CURATE'), assistance());
      if (!correction) return;
      onSaved(correction);
      const more = await afterSave?.();
      say([words.saved(duration(seconds)), more, ...labelling.warnings()].filter(Boolean).join(' · '));
    }
    onNext();
  });
  const normal = useAction(async () => {
    if (trial) return;
    const correction = await markNormal(image, labelKind, labelling);
    if (!correction) return;
    onSaved(correction);
    say(words.saidNormal);
    onNext();
  });
  return { save, normal };
}
