import { useEffect, useState } from 'preact/hooks';
import {
  accepted,
  FinishTrialDocument,
  StartTrialDocument,
  type FinishTrialInput,
  type ShownTrialFragment,
} from '../../../src/client/index.js';
import { encodeRle } from '../../../src/files/cocoRle.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import type { BlockGrid } from '../../canvas/blocks.js';
import type { DrawnBox } from '../../canvas/boxes.js';
import { bytesOf, type Mask } from '../../canvas/mask.js';
import { Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { ImageLabel } from '../label/imageLabel.js';
import type { DrawnKind } from '../../canvas/drawnKinds.js';
import { TrialProvider, type Trial } from '../label/trial.js';
import { truthOf, TruthWindow, type Truth } from './truthWindow.js';

const stays = () => undefined;

/** One trial after the other, until all are done. */
export function TrialRun({ studyId, onEnd }: { studyId: string; onEnd: () => void }) {
  const [shown, setShown] = useState<{ trial: ShownTrialFragment; truth: Truth }>();
  const next = useAction(async () => {
    setShown(undefined);
    const payload = await client.request(StartTrialDocument, { input: { studyId } });
    const { trial } = accepted(payload.startTrial);
    // Nobody is timed before they see what to copy.
    if (trial) setShown({ trial, truth: await truthOf(trial) });
    else onEnd();
  });
  const begin = () => void next.run();
  useEffect(begin, []);
  if (next.error !== undefined) return <Failure error={next.error} again={begin} />;
  return shown ? <ShownTrial key={shown.trial.id} {...shown} onNext={begin} onEnd={onEnd} /> : <Loading />;
}

function ShownTrial({
  trial: shown,
  truth,
  onNext,
  onEnd,
}: {
  trial: ShownTrialFragment;
  truth: Truth;
  onNext: () => void;
  onEnd: () => void;
}) {
  const { studies: words, names } = useWords();
  const trial: Trial = {
    finish: async (kind, content, work) => {
      const input = { trialId: shown.id, ...work, ...sentCopy(kind, content) };
      accepted((await client.request(FinishTrialDocument, { input })).finishTrial);
    },
  };
  return (
    <>
      <h1 class="unseen">{words.title}</h1>
      <p>
        {names.marks[shown.kind]} · {shown.position + 1}
        {shown.isPractice && ` · ${words.practice}`}{' '}
        <button type="button" onClick={onEnd}>
          {words.pause}
        </button>
      </p>
      <div class="trial">
        <TrialProvider value={trial}>
          <ImageLabel
            id={shown.image.id}
            kind={shown.kind}
            onNext={onNext}
            onPrevious={stays}
            onSaved={stays}
            onOtherKind={stays}
          />
        </TrialProvider>
        <TruthWindow truth={truth} image={shown.image} />
      </div>
    </>
  );
}

/** What an editor of the kind has made, as it is sent. */
function sentCopy(kind: DrawnKind, content: unknown): Pick<FinishTrialInput, 'boxes' | 'blocks' | 'counts'> {
  if (kind === 'BOX') {
    return { boxes: (content as readonly DrawnBox[]).map(({ x, y, width, height }) => ({ x, y, width, height })) };
  }
  if (kind === 'PIXEL') return { counts: encodeRle(bytesOf(content as Mask)) };
  const { blockSize, labels } = content as BlockGrid;
  return { blocks: { blockSize, labels: [...labels] } };
}
