import type { ComponentChildren } from 'preact';
import { RefusedError, RequestError, UnreachableError, type Problem } from '../../src/client/index.js';
import { useDataset, type Right } from '../api/dataset.js';
import { NotHereError } from '../api/found.js';
import { isUnauthenticated } from '../api/session.js';
import type { Asked } from '../api/useQuery.js';
import type { Words } from '../words/en.js';
import { useWords } from '../words/language.js';

/** While something is on its way. */
export function Loading({ what }: { what?: string }) {
  const { states } = useWords();
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> {what ?? states.loading} …
    </p>
  );
}

/** Where there is nothing yet: what would be here, and how to get it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What went wrong, each problem with its code, and a way to try again where that may help. */
export function Failure({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  const words = useWords();
  if (error === undefined) return null;
  return (
    <div class="failure" role="alert">
      {problemsOf(error, words).map(({ code, message, item }) => (
        <p key={message}>
          <strong>{code}</strong> {item && !message.includes(item) && <code>{item}</code>} {message}
        </p>
      ))}
      {isUnauthenticated(error) && (
        <p>
          {words.states.sessionEnded}{' '}
          <a href={location.href} target="_self" onClick={() => location.reload()}>
            {words.states.signInAgain}
          </a>
        </p>
      )}
      {again && (
        <button type="button" onClick={again}>
          {words.states.again}
        </button>
      )}
    </div>
  );
}

interface ShownProblem extends Pick<Problem, 'message' | 'item'> {
  code: string;
}

/** An error in the words of the server, where it has some. */
export function problemsOf(error: unknown, { states, things }: Words): readonly ShownProblem[] {
  if (error instanceof RefusedError) return error.problems;
  if (error instanceof RequestError) return error.errors.map(({ code, message }) => ({ code, message }));
  if (error instanceof NotHereError) return [{ code: 'NOT_FOUND', message: states.notHere(things[error.thing]) }];
  if (error instanceof UnreachableError) return [{ code: 'UNREACHABLE', message: states.unreachable }];
  return [{ code: 'ERROR', message: error instanceof Error ? error.message : String(error) }];
}

/** A query's answer, or what is there instead of it. */
export function Answer<Data>({
  asked,
  what,
  children,
}: {
  asked: Asked<Data>;
  what: string;
  children: (data: Data) => ComponentChildren;
}) {
  if (asked.error !== undefined) return <Failure error={asked.error} again={() => void asked.reload()} />;
  if (asked.data === undefined) return <Loading what={what} />;
  return <>{children(asked.data)}</>;
}

interface AllowedProps {
  /** One that is enough, or several of which each is. */
  right: Right | readonly Right[];
  /** `You may not …` */
  to: string;
  children: ComponentChildren;
}

/** What is inside for whoever may do it, and a sentence for everybody else. */
export function Allowed({ right, to, children }: AllowedProps) {
  const { can, project } = useDataset();
  const { states } = useWords();
  const rights = [right].flat();
  if (rights.some(can)) return <>{children}</>;
  return <p class="no-right">{states.mayNot(to, project.name, rights)}</p>;
}
