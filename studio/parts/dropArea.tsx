import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DroppedFile } from '../workers/packing.js';
import { droppedFiles, isFolderOrZip } from './droppedFiles.js';
import { useSay } from './live.js';

interface DropAreaProps {
  label: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
  /** Takes folders and zips; where nobody does, they are files like all others. */
  onFolder?: (files: readonly DroppedFile[]) => void;
  children?: ComponentChildren;
}

/** Takes files that are dropped on it or chosen with its button. */
export function DropArea({ label, multiple = false, onFiles, onFolder, children }: DropAreaProps) {
  const [isOver, setOver] = useState(false);
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined) => {
    if (files && files.length > 0) onFiles([...files]);
    if (input.current) input.current.value = '';
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!event.dataTransfer) return;
    droppedFiles(event.dataTransfer)
      .then((dropped) => {
        if (onFolder && isFolderOrZip(dropped)) onFolder(dropped);
        else if (dropped.length > 0) onFiles(dropped.map(({ file }) => file));
      })
      .catch((error: Error) => say(error.message));
  };
  return (
    <div class={isOver ? 'drop over' : 'drop'} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
      <label class="file">
        <span>{label}</span>
        <input
          ref={input}
          type="file"
          accept="image/*,.tif,.tiff,.bmp"
          multiple={multiple}
          onChange={(event) => take(event.currentTarget.files)}
        />
      </label>
      {children}
    </div>
  );
}
