import { useState } from 'preact/hooks';
import { accepted, PredictDatasetDocument, present } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { noShare, waitWithShare } from '../../api/waitWithShare.js';
import { AwaitedJob } from '../../parts/awaitedJob.js';
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { ImageQueue } from './useQueue.js';

/** How much of a ranked queue the model has not seen, and a way to let it look: without that its doubt is not known. */
export function UnseenImages({ images, version }: Pick<ImageQueue, 'images' | 'version'>) {
  const { id: datasetId, can } = useDataset();
  const { label: words } = useWords();
  const [share, setShare] = useState(noShare);
  const look = useAction(async (modelVersionId: string) => {
    setShare(noShare);
    const input = { datasetId, modelVersionId, split: 'TRAIN' as const };
    const payload = accepted((await client.request(PredictDatasetDocument, { input })).predictDataset);
    await waitWithShare(present(payload.prediction, 'prediction').id, setShare);
    await images.reload();
  });
  const unseen = images.items.filter(({ why }) => why?.reasons.includes('NOT_SEEN')).length;
  if (unseen === 0 && !look.isRunning) return null;
  if (!version) return <p class="hint">{words.noVersion}</p>;
  const name = `${version.model}@${version.version}`;
  return (
    <div class="unseen-images">
      <p class="hint">{words.unseen(name, unseen)}</p>
      {can('PREDICT') && (
        <button type="button" disabled={look.isRunning} onClick={() => void look.run(version.id)}>
          {words.letLook(name)}
        </button>
      )}
      {look.isRunning && <AwaitedJob what={words.looking} share={share} />}
      <Failure error={look.error} />
    </div>
  );
}
