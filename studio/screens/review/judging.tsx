import type { ComponentChildren, RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import {
  accepted,
  ReviewAnnotationDocument,
  type ReviewQueueQuery,
  type ReviewVerdict,
} from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useSay } from '../../parts/live.js';
import { Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { useKeys } from '../label/useKeys.js';
import { useViewport } from '../label/useViewport.js';
import { JudgedPicture } from './judgedPicture.js';
import { useReviewClock } from './useReviewClock.js';

type WaitingLabel = ReviewQueueQuery['reviewQueue'][number];

/** One label after the other: A approves, R returns with a note. */
export function Judging({
  waiting,
  onEnd,
  children,
}: {
  waiting: readonly WaitingLabel[];
  onEnd: () => void;
  children: ComponentChildren;
}) {
  const [at, setAt] = useState(0);
  const [judged, setJudged] = useState<ReadonlySet<string>>(new Set());
  const left = waiting.filter(({ annotation }) => !judged.has(annotation.id)).length;
  const go = (step: number) => setAt((before) => Math.min(waiting.length - 1, Math.max(0, before + step)));
  const done = (id: string) => {
    const next = new Set(judged).add(id);
    setJudged(next);
    const after = [...waiting.keys()].find((i) => i > at && !next.has(waiting[i]!.annotation.id));
    if (next.size === waiting.length) onEnd();
    else setAt(after ?? waiting.findIndex(({ annotation }) => !next.has(annotation.id)));
  };
  const current = waiting[at]!;
  return (
    <Judged
      key={current.annotation.id}
      label={current}
      left={left}
      onDone={done}
      onNext={() => go(1)}
      onPrevious={() => go(-1)}
    >
      {children}
    </Judged>
  );
}

interface JudgedProps {
  label: WaitingLabel;
  left: number;
  onDone: (id: string) => void;
  onNext: () => void;
  onPrevious: () => void;
  children: ComponentChildren;
}

function Judged({ label, left, onDone, onNext, onPrevious, children }: JudgedProps) {
  const { annotation } = label;
  const { review: words } = useWords();
  const note = useRef<HTMLTextAreaElement>(null);
  const port = useViewport(annotation.image);
  const [hidesLabel, setHidesLabel] = useState(false);
  const clock = useReviewClock(annotation.image.id, annotation.kind);
  const say = useSay();
  const judge = useAction(async (verdict: ReviewVerdict) => {
    const text = note.current?.value.trim();
    // Asked for before the server does.
    if (verdict === 'RETURNED' && !text) return note.current?.focus();
    const input = { annotationId: annotation.id, verdict, ...(text && { note: text }), ...(await clock.work()) };
    accepted((await client.request(ReviewAnnotationDocument, { input })).reviewAnnotation);
    clock.saved();
    say(words.said[verdict]);
    onDone(annotation.id);
  });
  useKeys({
    a: () => void judge.run('APPROVED'),
    r: () => void judge.run('RETURNED'),
    'Ctrl+Enter': () => void judge.run('RETURNED'),
    h: () => setHidesLabel((before) => !before),
    f: onNext,
    d: onPrevious,
    '0': port.fit,
  });
  return (
    <div class="review" onPointerMove={clock.act} onKeyDown={clock.act}>
      <div class="canvas">
        <JudgedPicture label={annotation} port={port} hidesLabel={hidesLabel} onPainted={clock.painted} />
      </div>
      <aside class="tools" aria-label={words.title}>
        {children}
        <LabelFacts label={label} left={left} />
        <p id="review-hint" class="hint">
          {words.hint}
        </p>
        <Verdict note={note} isRunning={judge.isRunning} onJudge={(verdict) => void judge.run(verdict)} />
        <Failure error={judge.error} />
      </aside>
    </div>
  );
}

function Verdict({
  note,
  isRunning,
  onJudge,
}: {
  note: RefObject<HTMLTextAreaElement | null>;
  isRunning: boolean;
  onJudge: (verdict: ReviewVerdict) => void;
}) {
  const { review: words } = useWords();
  return (
    <>
      <div class="row">
        <button type="button" class="primary" disabled={isRunning} onClick={() => onJudge('APPROVED')}>
          {words.approve} <kbd>A</kbd>
        </button>
        <button type="button" disabled={isRunning} onClick={() => onJudge('RETURNED')}>
          {words.return} <kbd>R</kbd>
        </button>
      </div>
      <label class="field">
        <span>{words.note}</span>
        <textarea ref={note} rows={3} maxLength={2000} />
      </label>
    </>
  );
}

function LabelFacts({ label, left }: { label: WaitingLabel; left: number }) {
  const { annotation, scoreRatio, isContradicted } = label;
  const { review: words, names } = useWords();
  const { measured, duration } = useFormats();
  const { image, kind, author, activeSeconds } = annotation;
  return (
    <>
      <h2>{image.filename}</h2>
      <p role="status">
        {words.waiting(left)} · {names.marks[kind]}
        {author && ` · ${author}`}
        {activeSeconds !== null && ` · ${duration(activeSeconds)}`}
      </p>
      {scoreRatio !== null && (
        <p>
          <span class={`badge ${isContradicted ? 'miss' : 'correct'}`}>
            {isContradicted ? words.contradicts : words.agrees}
          </span>{' '}
          {words.scoreIs(measured(scoreRatio))}
        </p>
      )}
    </>
  );
}
