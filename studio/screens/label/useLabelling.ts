import { useEffect, useRef, useState } from 'preact/hooks';
import type { AssistanceInput } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { ActiveTime } from '../../canvas/activeTime.js';
import { done, historyOf, redone, undone, type History } from '../../canvas/history.js';
import { dropDraft, keepDraft, type Draft } from './drafts.js';
import type { DrawnImage, LabelKind, Revision, Saved } from './kinds.js';
import { LabelSession, loadedIn, type Work } from './labelSession.js';
import { useTrial } from './trial.js';

/** One image's label while somebody draws it. */
export interface Labelling<Content> {
  content: Content;
  canUndo: boolean;
  canRedo: boolean;
  /** Whether there is something to save. */
  isChanged: boolean;
  /** Whether this browser keeps what is not saved. */
  isKept: boolean;
  change: (content: Content) => void;
  undo: () => void;
  redo: () => void;
  /** Somebody does something: the clock goes on. */
  act: () => void;
  /** Active seconds so far. */
  seconds: () => number;
  /** @param assistance what was suggested meanwhile. @returns whether it was stored; otherwise there is a conflict. */
  save: (assistance?: AssistanceInput) => Promise<boolean>;
  /** Stores that there is nothing. @returns as {@link save}. */
  clear: () => Promise<boolean>;
  /** What the server found odd in what was saved last, in its words. */
  warnings: () => readonly string[];
  /** The image needs no label: what it took to see that is not lost. */
  nothingFound: () => void;
  /** What somebody else saved in between. */
  theirs: Revision<Content> | undefined;
  /** Ends a conflict: mine goes over theirs at the next save, or theirs is taken. */
  settle: (choice: 'mine' | 'theirs') => void;
}

/** @param draft what was not saved the last time. */
export function useLabelling<Content>(
  image: DrawnImage,
  labelKind: LabelKind<Content>,
  kept: Draft<Content> | undefined,
): Labelling<Content> {
  const { kind } = labelKind;
  const trial = useTrial();
  const draft = trial ? undefined : kept;
  const newest = useBeginning(image, labelKind, trial !== undefined);
  const [base, setBase] = useState(draft?.base ?? newest.revision);
  const [stored, setStored] = useState(newest.content);
  const [history, setHistory] = useState<History<Content>>(() => startOf(newest.content, draft));
  const [theirs, setTheirs] = useState(draft && draft.base !== newest.revision ? newest : undefined);
  const [clock] = useState(() => new ActiveTime(draft?.seconds));
  const warnings = useRef<readonly string[]>([]);
  const { can } = useDataset();
  const session = useSession(image.id, kind, clock, { isUsed: !trial && can('LABEL'), continues: draft?.session });
  const loadSeconds = useRef<number | undefined>(undefined);
  const { act, seconds } = useClock(clock, () => {
    loadSeconds.current = loadedIn(image.id);
    session.current?.painted();
  });
  const { keep, isKept } = useKeptDraft<Content>(
    image.id,
    kind,
    () => (session.current ?? session.again()).id ?? draft?.session,
  );
  // An empty copy is one, too.
  const isChanged = trial !== undefined || history.present !== stored;
  const store = (next: History<Content>, revision = base) => {
    // Who may only look leaves no draft either.
    if (!can('LABEL')) return;
    act();
    setHistory(next);
    if (!trial) keep({ base: revision, content: next.present, seconds: seconds() });
  };
  const save = async (content: Content, assistance?: AssistanceInput) => {
    if (trial) {
      await trial.finish(kind, content, measured(clock, loadSeconds.current));
      return true;
    }
    const worked = session.current ?? session.again();
    const answer = await labelKind.save({
      ...{ image, expectedRevision: base, content },
      work: { ...(await worked.work()), ...(assistance && { assistance }) },
    });
    const saved = unlessSame(answer, content, labelKind);
    if ('theirs' in saved) {
      setTheirs(saved.theirs);
      return false;
    }
    warnings.current = saved.warnings;
    session.ended();
    // It is stored, whatever becomes of the draft.
    await dropDraft(image.id, kind).catch(() => undefined);
    setBase(saved.revision);
    setStored(content);
    setHistory((before) => done(before, content));
    return true;
  };
  const settle = (choice: 'mine' | 'theirs') => {
    if (!theirs) return;
    setTheirs(undefined);
    setBase(theirs.revision);
    if (choice === 'mine') return store(history, theirs.revision);
    setStored(theirs.content);
    setHistory(done(history, theirs.content));
    dropDraft(image.id, kind).catch(() => undefined);
  };
  return {
    ...{ content: history.present, isChanged, isKept, act, seconds, theirs, settle },
    save: (assistance) => save(history.present, assistance),
    warnings: () => warnings.current,
    clear: () => save(labelKind.nothing(image)),
    nothingFound: () => session.ended(false),
    ...stepsOf(history, store),
  };
}

/** The same content is no conflict: somebody drew the same, or the answer to a save of one's own was lost. */
function unlessSame<Content>(saved: Saved<Content>, content: Content, { equal }: LabelKind<Content>): Saved<Content> {
  if (!('theirs' in saved) || !equal(content, saved.theirs.content)) return saved;
  return { revision: saved.theirs.revision, warnings: [] };
}

/** The ways to go on, and back. */
function stepsOf<Content>(history: History<Content>, store: (next: History<Content>) => void) {
  return {
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: (content: Content) => store(done(history, content)),
    undo: () => store(undone(history)),
    redo: () => store(redone(history)),
  };
}

/** Keeps what is drawn in the browser, with the session it is drawn in. */
function useKeptDraft<Content>(imageId: string, kind: LabelKind<Content>['kind'], session: () => string | undefined) {
  const [isKept, setKept] = useState(true);
  const keep = (draft: Draft<Content>) => {
    keepDraft(imageId, kind, { ...draft, session: session() }).then(
      () => setKept(true),
      () => setKept(false),
    );
  };
  return { keep, isKept };
}

/** What there is before anything is drawn: of whoever copies a mask, nothing. */
function useBeginning<Content>(image: DrawnImage, labelKind: LabelKind<Content>, isTrial: boolean): Revision<Content> {
  const [newest] = useState(() =>
    isTrial ? { revision: 0, author: null, content: labelKind.nothing(image) } : labelKind.newest(image),
  );
  return newest;
}

/** Without a session. */
function measured(clock: ActiveTime, loadSeconds: number | undefined): Work {
  const now = performance.now();
  const activeSeconds = Math.floor(clock.seconds(now) * 10) / 10;
  return { activeSeconds, measurement: clock.measurement(now), ...(loadSeconds !== undefined && { loadSeconds }) };
}

/** A draft stands over what it changes, so that it can be taken back. */
function startOf<Content>(stored: Content, draft: Draft<Content> | undefined): History<Content> {
  const history = historyOf(stored);
  return draft ? done(history, draft.content) : history;
}

/** The session of the server, from the picture on until a save; what is done behind one is another piece of work. */
function useSession(
  imageId: string,
  kind: LabelKind<unknown>['kind'],
  clock: ActiveTime,
  { isUsed, continues }: { isUsed: boolean; continues: string | undefined },
) {
  const current = useRef<LabelSession | undefined>(undefined);
  const again = (before?: string) => {
    current.current = new LabelSession({ imageId, kind, purpose: 'LABEL' }, clock, before);
    return current.current;
  };
  useEffect(() => {
    if (isUsed) again(continues);
    return () => current.current?.end();
  }, []);
  const ended = (isSaved = true) => {
    if (isSaved) current.current?.saved();
    else current.current?.end(true);
    current.current = undefined;
    clock.restart(performance.now());
  };
  return {
    get current() {
      return current.current;
    },
    ...{ again: () => again(), ended },
  };
}

/** Counts from the moment the picture has been painted: two frames after it was asked for. */
function useClock(clock: ActiveTime, painted: () => void): { act: () => void; seconds: () => number } {
  const act = () => clock.act(performance.now());
  useEffect(() => {
    const hidden = () => clock.pause(performance.now());
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        painted();
        act();
      });
    });
    const visibility = () => document.hidden && hidden();
    document.addEventListener('visibilitychange', visibility);
    window.addEventListener('blur', hidden);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', visibility);
      window.removeEventListener('blur', hidden);
    };
  }, [clock]);
  return { act, seconds: () => clock.seconds(performance.now()) };
}
