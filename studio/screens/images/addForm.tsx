import { useState } from 'preact/hooks';
import type { ImageLabel, Split } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { Chosen } from '../../parts/chosen.js';
import { DropArea } from '../../parts/dropArea.js';
import { useSay } from '../../parts/live.js';
import { count } from '../../parts/numbers.js';
import { Allowed, problemsOf } from '../../parts/states.js';
import { addFiles, type AddingProgress } from './addImages.js';
import { labelChoices, splitChoices } from './choices.js';

/** Takes images, says how far they have got, and names every file that was refused. */
export function AddForm({ onAdded }: { onAdded: () => void }) {
  const { id: datasetId } = useDataset();
  const [label, setLabel] = useState<ImageLabel>('NORMAL');
  const [split, setSplit] = useState<Split>('TRAIN');
  const [progress, setProgress] = useState<AddingProgress>();
  const say = useSay();
  const take = async (files: File[]) => {
    const { added, refused } = await addFiles(files, { datasetId, label, split }, setProgress);
    say(`${count(added, 'image')} added, ${refused.length} refused`);
    onAdded();
  };
  const isAdding = progress !== undefined && progress.added + progress.refused.length < progress.total;
  return (
    <Allowed right={['CURATE', 'INGEST']} to="add images">
      <section class="add" aria-label="Add images">
        <h2>Add images</h2>
        <Chosen label="These images are" value={label} options={labelChoices} onChoose={setLabel} />
        <Chosen label="and are there" value={split} options={splitChoices} onChoose={setSplit} />
        {isAdding ? (
          <Adding progress={progress} />
        ) : (
          <DropArea label="Drop images here, or choose them" multiple onFiles={(files) => void take(files)} />
        )}
        {progress && !isAdding && <Added progress={progress} />}
      </section>
    </Allowed>
  );
}

function Adding({ progress: { total, added, refused } }: { progress: AddingProgress }) {
  return (
    <label class="field">
      <span>
        Adding {count(total, 'image')}: {added} added, {refused.length} refused
      </span>
      <progress max={total} value={added + refused.length} />
    </label>
  );
}

function Added({ progress: { added, refused } }: { progress: AddingProgress }) {
  return (
    <div class="added">
      <p>{count(added, 'image')} added.</p>
      {refused.length > 0 && (
        <>
          <p>{count(refused.length, 'file')} refused:</p>
          <ul class="refused">
            {refused.map(({ name, error }) => (
              <li key={name}>
                <code>{name}</code>{' '}
                {problemsOf(error).map(({ code, message }) => (
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
