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
import { Failure } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { useChoices } from './choices.js';

interface SelectionProps {
  images: readonly WallImageFragment[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onChanged: () => void;
}

/** What can be done with the images that are chosen, or with all. */
export function SelectionBar({ images, chosen, onChoose, onChanged }: SelectionProps) {
  const { can } = useDataset();
  const { images: words } = useWords();
  if (!can('CURATE') || images.length === 0) return null;
  return (
    <div class="row selection" role="group" aria-label={words.chosenImages}>
      {chosen.size === 0 ? (
        <>
          <button type="button" onClick={() => onChoose(new Set(images.map(({ id }) => id)))}>
            {words.chooseShown}
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
  const { images: words } = useWords();
  const divide = useAction(async () => {
    if (!confirm(words.sureDivide)) return;
    const input = { datasetId, shares: { train: 80, test: 20 } };
    const { changed } = accepted((await client.request(SplitDatasetDocument, { input })).splitDataset);
    say(words.divided(changed));
    onChanged();
  });
  return (
    <>
      <button type="button" disabled={divide.isRunning} onClick={() => void divide.run()}>
        {words.divide}
      </button>
      <Failure error={divide.error} />
    </>
  );
}

const keep = ['', '–'] as const;

function ChosenImages({ chosen, onChoose, onChanged }: Omit<SelectionProps, 'images'>) {
  const say = useSay();
  const { images: words } = useWords();
  const { labelChoices, splitChoices } = useChoices();
  const ids = [...chosen];
  const update = useAction(async (change: Omit<UpdateImagesInput, 'ids'>) => {
    accepted((await client.request(UpdateImagesDocument, { input: { ids, ...change } })).updateImages);
    say(words.changed(ids.length));
    onChanged();
  });
  const remove = useAction(async () => {
    if (!confirm(words.sureRemove(ids.length))) return;
    accepted((await client.request(DeleteImagesDocument, { input: { ids } })).deleteImages);
    say(words.removed(ids.length));
    onChanged();
  });
  return (
    <>
      <strong>{words.chosen(chosen.size)}</strong>
      <Chosen
        label={words.theyAre}
        value=""
        options={[keep, ...labelChoices]}
        onChoose={(label) => label && void update.run({ label })}
      />
      <Chosen
        label={words.theyAreThere}
        value=""
        options={[keep, ...splitChoices]}
        onChoose={(split) => split && void update.run({ split })}
      />
      <button type="button" disabled={remove.isRunning} onClick={() => void remove.run()}>
        {words.remove}
      </button>
      <button type="button" onClick={() => onChoose(new Set())}>
        {words.chooseNone}
      </button>
      <Failure error={update.error ?? remove.error} />
    </>
  );
}
