import type { JobShare } from '../api/waitWithShare.js';
import { useWords } from '../words/language.js';

/** How far a job is that somebody waits for, and what it waits for itself. @param what is done. */
export function AwaitedJob({ what, share: { done, waitingFor } }: { what: string; share: JobShare }) {
  const { run } = useWords();
  return (
    <label class="field">
      <span>
        {what}
        {waitingFor && `, ${run.waitsFor(waitingFor)}`}
      </span>
      <progress max={1} value={done} />
    </label>
  );
}
