import {
  accepted,
  DeleteImagesDocument,
  SplitDatasetDocument,
  UpdateImagesDocument,
  type UpdateImagesInput,
  type WallImageFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { Chosen } from '../../parts/chosen.js';
import { useSay } from '../../parts/live.js';
import { count } from '../../parts/numbers.js';
import { Failure } from '../../parts/states.js';
import { labelChoices, splitChoices } from './choices.js';

interface SelectionProps {
  images: readonly WallImageFragment[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onChanged: () => void;
}

/** What can be done with the images that are chosen, or with all. */
export function SelectionBar({ images, chosen, onChoose, onChanged }: SelectionProps) {
  const { can } = useDataset();
  if (!can('CURATE') || images.length === 0) return null;
  return (
    <div class="row selection" role="group" aria-label="Chosen images">
      {chosen.size === 0 ? (
        <>
          <button type="button" onClick={() => onChoose(new Set(images.map(({ id }) => id)))}>
            Choose all shown
          </button>
          <Division onChanged={onChanged} />
        </>
      ) : (
        <ChosenImages chosen={chosen} onChoose={onChoose} onChanged={onChanged} />
      )}
    </div>
  );
}

/** Four parts to train, one to test: the usual way for images that nobody has divided. */
function Division({ onChanged }: { onChanged: () => void }) {
  const { id: datasetId } = useDataset();
  const say = useSay();
  const divide = useAction(async () => {
    const input = { datasetId, shares: { train: 80, test: 20 } };
    const { changed } = accepted((await client.request(SplitDatasetDocument, { input })).splitDataset);
    say(`divided: ${count(changed, 'image')} changed`);
    onChanged();
  });
  return (
    <>
      <button type="button" disabled={divide.isRunning} onClick={() => void divide.run()}>
        Divide all: 80 % to train, 20 % to test
      </button>
      <Failure error={divide.error} />
    </>
  );
}

const keep = ['', '–'] as const;

function ChosenImages({ chosen, onChoose, onChanged }: Omit<SelectionProps, 'images'>) {
  const say = useSay();
  const ids = [...chosen];
  const update = useAction(async (change: Omit<UpdateImagesInput, 'ids'>) => {
    accepted((await client.request(UpdateImagesDocument, { input: { ids, ...change } })).updateImages);
    say(`${count(ids.length, 'image')} changed`);
    onChanged();
  });
  const remove = useAction(async () => {
    if (!confirm(`Remove ${count(ids.length, 'image')} from the data set?`)) return;
    accepted((await client.request(DeleteImagesDocument, { input: { ids } })).deleteImages);
    say(`${count(ids.length, 'image')} removed`);
    onChanged();
  });
  return (
    <>
      <strong>{count(chosen.size, 'image')} chosen</strong>
      <Chosen
        label="They are"
        value=""
        options={[keep, ...labelChoices]}
        onChoose={(label) => label && void update.run({ label })}
      />
      <Chosen
        label="They are there"
        value=""
        options={[keep, ...splitChoices]}
        onChoose={(split) => split && void update.run({ split })}
      />
      <button type="button" disabled={remove.isRunning} onClick={() => void remove.run()}>
        Remove from the data set
      </button>
      <button type="button" onClick={() => onChoose(new Set())}>
        Choose none
      </button>
      <Failure error={update.error ?? remove.error} />
    </>
  );
}
