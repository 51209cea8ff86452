import type { ComponentChildren } from 'preact';
import type { DroppedFile } from '../workers/packing.js';
import { isFolderOrZip } from './droppedFiles.js';
import { FileButton } from './fileButton.js';
import { useDrop } from './useDrop.js';

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
  const { isOver, hands } = useDrop((dropped) => {
    if (onFolder && isFolderOrZip(dropped)) onFolder(dropped);
    else onFiles(dropped.map(({ file }) => file));
  });
  return (
    <div class={isOver ? 'drop over' : 'drop'} {...hands}>
      <FileButton
        label={label}
        attributes={{ accept: 'image/*,.tif,.tiff,.bmp', multiple }}
        onFiles={(files) => onFiles([...files])}
      />
      {children}
    </div>
  );
}
