import { useState } from 'preact/hooks';
import { TestSnapshotsDocument, type ListedEvaluationFragment } from '../../../../src/client/index.js';
import { useDataset } from '../../../api/dataset.js';
import { useAction } from '../../../api/useAction.js';
import { useNode } from '../../../api/useNode.js';
import { noShare, type JobShare } from '../../../api/waitWithShare.js';
import { AwaitedJob } from '../../../parts/awaitedJob.js';
import { useSay } from '../../../parts/live.js';
import { Answer, Failure } from '../../../parts/states.js';
import { useWords } from '../../../words/language.js';
import { measure } from '../measure.js';

interface Measurable {
  id: string;
  evaluations: { nodes: readonly ListedEvaluationFragment[] };
}

interface TogetherProps {
  versions: readonly Measurable[];
  onMeasured: () => void;
}

/** Versions that nobody can compare yet: measures each on the images to test of the newest snapshot. */
export function MeasureTogether(props: TogetherProps) {
  const { id, can } = useDataset();
  const { version: words } = useWords();
  const asked = useNode(TestSnapshotsDocument, { id }, 'dataset');
  if (!can('TRAIN')) return null;
  return (
    <Answer asked={asked} what={words.images}>
      {({ snapshots }) => {
        const newest = snapshots.nodes.find(({ counts }) => counts.test > 0);
        return newest ? <Together {...props} snapshotId={newest.id} images={newest.counts.test} /> : null;
      }}
    </Answer>
  );
}

function Together({
  versions,
  onMeasured,
  snapshotId,
  images,
}: TogetherProps & { snapshotId: string; images: number }) {
  const { version: words } = useWords();
  const say = useSay();
  const [share, setShare] = useState(noShare);
  const all = useAction(async () => {
    const left = versions.filter(({ evaluations }) => !evaluations.nodes.some(isMeasuredOn(snapshotId)));
    for (const [index, { id: modelVersionId }] of left.entries()) {
      const tell = (one: JobShare) => setShare({ ...one, done: (index + one.done) / left.length });
      tell(noShare);
      await measure({ modelVersionId, snapshotId, split: 'TEST' }, tell);
    }
    say(words.saidMeasured);
    onMeasured();
  });
  return (
    <>
      <button type="button" disabled={all.isRunning} onClick={() => void all.run()}>
        {words.measureTogether(images)}
      </button>
      {all.isRunning && <AwaitedJob what={words.measuring} share={share} />}
      <Failure error={all.error} />
    </>
  );
}

function isMeasuredOn(snapshotId: string): (evaluation: ListedEvaluationFragment) => boolean {
  return ({ snapshot, split, metrics }) => snapshot.id === snapshotId && split === 'TEST' && metrics !== null;
}
