import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnnotationKind } from '../../../src/client/index.js';
import { ActiveTime } from '../../canvas/activeTime.js';
import { askedFor, LabelSession } from '../label/labelSession.js';

/** The session of one judgement, as `useLabelling` has one of a label. */
export function useReviewClock(imageId: string, kind: AnnotationKind) {
  const [clock] = useState(() => new ActiveTime());
  const session = useRef<LabelSession | undefined>(undefined);
  const act = () => clock.act(performance.now());
  useEffect(() => {
    askedFor(imageId);
    session.current = new LabelSession({ imageId, kind, purpose: 'REVIEW' }, clock);
    const hidden = () => clock.pause(performance.now());
    const visibility = () => document.hidden && hidden();
    document.addEventListener('visibilitychange', visibility);
    window.addEventListener('blur', hidden);
    return () => {
      document.removeEventListener('visibilitychange', visibility);
      window.removeEventListener('blur', hidden);
      session.current?.end();
    };
  }, []);
  return {
    act,
    painted: () => {
      session.current?.painted();
      act();
    },
    work: async () => (await session.current?.work()) ?? {},
    saved: () => session.current?.saved(),
  };
}
