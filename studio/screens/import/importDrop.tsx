import { useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { chosenFiles } from '../../parts/droppedFiles.js';
import { FileButton } from '../../parts/fileButton.js';
import { Failure, Loading } from '../../parts/states.js';
import { useDrop } from '../../parts/useDrop.js';
import { useFormats, useWords } from '../../words/language.js';
import type { DroppedFile } from '../../workers/packing.js';
import { useSending, type Sending } from './useSending.js';

/**
 * Takes a folder or a zip that is dropped or chosen, and leads to the dry run of its import.
 * @param dropped what was dropped beside it.
 */
export function ImportDrop({ dropped }: { dropped?: readonly DroppedFile[] | undefined }) {
  const { id, path } = useDataset();
  const { route } = useLocation();
  const { sending, error, start, cancel } = useSending(id, ({ importId, uploadId }) =>
    route(`${path('images')}?${new URLSearchParams({ import: importId, upload: uploadId })}`),
  );
  useEffect(() => dropped && start(dropped), [dropped]);
  if (sending) return <OnTheWay sending={sending} onCancel={cancel} />;
  return (
    <>
      <DropFolder onFiles={start} />
      <Failure error={error} />
    </>
  );
}

function DropFolder({ onFiles }: { onFiles: (files: DroppedFile[]) => void }) {
  const { import: words } = useWords();
  const { isOver, isReading, hands } = useDrop(onFiles);
  const take = (files: FileList) => onFiles(chosenFiles(files));
  return (
    <div class={isOver ? 'drop over' : 'drop'} {...hands}>
      {isReading ? <Loading what={words.reading} /> : <p>{words.drop}</p>}
      <div class="row">
        <FileButton label={words.chooseFolder} attributes={{ webkitdirectory: true }} onFiles={take} />
        <FileButton label={words.chooseZip} attributes={{ accept: '.zip,application/zip' }} onFiles={take} />
      </div>
      <p class="hint">{words.dropHint}</p>
    </div>
  );
}

function OnTheWay({ sending, onCancel }: { sending: Sending; onCancel: () => void }) {
  const { import: words, count, states } = useWords();
  const { size } = useFormats();
  const { phase, files, done, total, isWaiting } = sending;
  return (
    <div class="drop">
      <label class="field">
        <span>{words.phases[phase](count.files(files), size(done), size(total))}</span>
        <progress max={total} value={done} />
      </label>
      {isWaiting && <p role="status">{words.waiting}</p>}
      <button type="button" onClick={onCancel}>
        {states.cancel}
      </button>
    </div>
  );
}
