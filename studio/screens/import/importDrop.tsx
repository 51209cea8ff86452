import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useDataset } from '../../api/dataset.js';
import { chosenFiles, droppedFiles } from '../../parts/droppedFiles.js';
import { useSay } from '../../parts/live.js';
import { Failure, Loading } from '../../parts/states.js';
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
  const { import: words } = useWords();
  const { sending, error, start, cancel } = useSending(id, ({ importId, uploadId }) =>
    route(`${path('images')}?${new URLSearchParams({ import: importId, upload: uploadId })}`),
  );
  useEffect(() => dropped && start(dropped), [dropped]);
  if (sending) return <OnTheWay sending={sending} onCancel={cancel} />;
  return (
    <>
      <DropFolder onFiles={start}>
        <FolderInput label={words.chooseFolder} attributes={{ webkitdirectory: true }} onFiles={start} />
        <FolderInput label={words.chooseZip} attributes={{ accept: '.zip,application/zip' }} onFiles={start} />
      </DropFolder>
      <Failure error={error} />
    </>
  );
}

interface TakesFiles {
  onFiles: (files: DroppedFile[]) => void;
}

function DropFolder({ onFiles, children }: TakesFiles & { children: ComponentChildren }) {
  const { import: words } = useWords();
  const [isOver, setOver] = useState(false);
  const [isReading, setReading] = useState(false);
  const say = useSay();
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!event.dataTransfer) return;
    setReading(true);
    void droppedFiles(event.dataTransfer)
      .then((files) => files.length > 0 && onFiles(files))
      .catch((error: Error) => say(error.message))
      .finally(() => setReading(false));
  };
  return (
    <div class={isOver ? 'drop over' : 'drop'} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
      {isReading ? <Loading what={words.reading} /> : <p>{words.drop}</p>}
      <div class="row">{children}</div>
      <p class="hint">{words.dropHint}</p>
    </div>
  );
}

function FolderInput({
  label,
  attributes,
  onFiles,
}: TakesFiles & { label: string; attributes: { webkitdirectory?: boolean; accept?: string } }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) => {
    if (files && files.length > 0) onFiles(chosenFiles(files));
    if (input.current) input.current.value = '';
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input ref={input} type="file" {...attributes} onChange={(event) => take(event.currentTarget.files)} />
    </label>
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
