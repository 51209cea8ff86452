import { useState } from 'preact/hooks';
import type { ImageLabel, Split } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { Chosen } from '../../parts/chosen.js';
import { DropArea } from '../../parts/dropArea.js';
import { useSay } from '../../parts/live.js';
import { Allowed, problemsOf } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import type { DroppedFile } from '../../workers/packing.js';
import { ImportDrop } from '../import/importDrop.js';
import { addFiles, type AddingProgress } from './addImages.js';
import { useChoices } from './choices.js';

/** Takes images, says how far they have got, and names every file that was refused. */
export function AddForm({ onAdded }: { onAdded: () => void }) {
  const { id: datasetId, can } = useDataset();
  const [folder, setFolder] = useState<readonly DroppedFile[]>();
  const [label, setLabel] = useState<ImageLabel>('NORMAL');
  const [split, setSplit] = useState<Split>('TRAIN');
  const [progress, setProgress] = useState<AddingProgress>();
  const say = useSay();
  const { images: words, rights } = useWords();
  const { labelChoices, splitChoices } = useChoices();
  const take = async (files: File[]) => {
    const { added, refused } = await addFiles(files, { datasetId, label, split }, setProgress);
    say(words.addedSo(added, refused.length));
    onAdded();
  };
  const isAdding = progress !== undefined && progress.added + progress.refused.length < progress.total;
  return (
    <Allowed right={['CURATE', 'INGEST']} to={rights.addImages}>
      <section class="add" aria-label={words.add}>
        <h2>{words.add}</h2>
        <Chosen label={words.theseAre} value={label} options={labelChoices} onChoose={setLabel} />
        <Chosen label={words.andThere} value={split} options={splitChoices} onChoose={setSplit} />
        {isAdding ? (
          <Adding progress={progress} />
        ) : (
          <>
            <DropArea label={words.drop} multiple onFiles={(files) => void take(files)} onFolder={setFolder} />
            {can('CURATE') && (
              <div class="whole">
                <ImportDrop dropped={folder} />
              </div>
            )}
          </>
        )}
        {progress && !isAdding && <Added progress={progress} />}
      </section>
    </Allowed>
  );
}

function Adding({ progress: { total, added, refused } }: { progress: AddingProgress }) {
  const { images: words } = useWords();
  return (
    <label class="field">
      <span>{words.adding(total, added, refused.length)}</span>
      <progress max={total} value={added + refused.length} />
    </label>
  );
}

function Added({ progress: { added, refused } }: { progress: AddingProgress }) {
  const words = useWords();
  return (
    <div class="added">
      <p>{words.images.added(added)}</p>
      {refused.length > 0 && (
        <>
          <p>{words.images.refused(refused.length)}</p>
          <ul class="refused">
            {refused.map(({ name, error }) => (
              <li key={name}>
                <code>{name}</code>{' '}
                {problemsOf(error, words).map(({ code, message }) => (
                  <span key={code}>
                    <strong>{code}</strong> {message}{' '}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
