import { useRef } from 'preact/hooks';

interface FileButtonProps {
  label: string;
  /** Of the file input. */
  attributes?: { accept?: string; multiple?: boolean; webkitdirectory?: boolean };
  onFiles: (files: FileList) => void;
}

/** Chooses files. The browser's own button speaks the browser's language, so that it is not seen. */
export function FileButton({ label, attributes, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) => {
    if (files && files.length > 0) onFiles(files);
    // The same file chosen again is a choice, too.
    if (input.current) input.current.value = '';
  };
  return (
    <label class="button file">
      <span>{label}</span>
      <input ref={input} type="file" {...attributes} onChange={(event) => take(event.currentTarget.files)} />
    </label>
  );
}
