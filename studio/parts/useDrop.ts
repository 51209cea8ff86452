import { useState } from 'preact/hooks';
import { useWords } from '../words/language.js';
import type { DroppedFile } from '../workers/packing.js';
import { droppedFiles } from './droppedFiles.js';
import { useSay } from './live.js';

/** An element that files can be dropped on. */
interface Drop {
  /** Something is held over it. */
  isOver: boolean;
  /** Folders are being looked through. */
  isReading: boolean;
  /** For the element. */
  hands: {
    onDragOver: (event: DragEvent) => void;
    onDragLeave: () => void;
    onDrop: (event: DragEvent) => void;
  };
}

/** Takes what is dropped, folders with all that is in them; what cannot be read is said. @param onFiles is given one file at least. */
export function useDrop(onFiles: (files: DroppedFile[]) => void): Drop {
  const [isOver, setOver] = useState(false);
  const [isReading, setReading] = useState(false);
  const { states } = useWords();
  const say = useSay();
  const take = async (dropped: DataTransfer) => {
    setReading(true);
    try {
      const files = await droppedFiles(dropped);
      if (files.length > 0) onFiles(files);
    } catch {
      say(states.unreadable);
    } finally {
      setReading(false);
    }
  };
  const hands = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) void take(event.dataTransfer);
    },
  };
  return { isOver, isReading, hands };
}
