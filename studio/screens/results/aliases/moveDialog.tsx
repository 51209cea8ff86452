import {
  accepted,
  ComparePairDocument,
  SetModelAliasDocument,
  type ComparedMetric,
} from '../../../../src/client/index.js';
import { client, here } from '../../../api/session.js';
import { useAction } from '../../../api/useAction.js';
import { useAnswer } from '../../../api/useQuery.js';
import { Dialog } from '../../../parts/dialog.js';
import { useSay } from '../../../parts/live.js';
import { Answer, Failure } from '../../../parts/states.js';
import { useFormats, useWords } from '../../../words/language.js';
import { commonSnapshots } from '../compare/commonSnapshots.js';
import { comparedRows, type ComparedRow } from '../compare/comparison.js';
import { MeasureTogether } from '../compare/measureTogether.js';
import type { OpenVersion } from '../versionScreen.js';

interface MoveProps {
  alias: string;
  /** Where it shall point. */
  version: OpenVersion;
  onClose: () => void;
  onMoved: () => void;
  /** Both can be compared now. */
  onMeasured: () => void;
}

/** Before an alias moves: which images would be judged otherwise, on the newest snapshot that both versions were measured on. */
export function MoveDialog({ alias, version, onClose, onMoved, onMeasured }: MoveProps) {
  const { id, model } = version;
  const { version: words, states } = useWords();
  const say = useSay();
  const name = `${model.name}@${version.version}`;
  const before = model.aliases.find((each) => each.name === alias)?.modelVersion;
  const move = useAction(async () => {
    const input = { modelVersionId: id, alias };
    accepted((await client.request(SetModelAliasDocument, { input })).setModelAlias);
    say(words.isNow(name, alias));
    onMoved();
  });
  return (
    <Dialog title={words.moveTitle(alias, name)} onClose={onClose}>
      {before ? <Flips {...{ before, version, onMeasured }} /> : <p>{words.newAlias(alias)}</p>}
      <div class="row">
        <button type="button" class="primary" disabled={move.isRunning} onClick={() => void move.run()}>
          {words.move(alias)}
        </button>
        <button type="button" onClick={onClose}>
          {states.cancel}
        </button>
      </div>
      <Failure error={move.error} />
    </Dialog>
  );
}

type Before = OpenVersion['model']['aliases'][number]['modelVersion'];

function Flips({ before, version, onMeasured }: { before: Before } & Pick<MoveProps, 'version' | 'onMeasured'>) {
  const { version: words } = useWords();
  const { model } = version;
  const [snapshot] = commonSnapshots([before.evaluations.nodes, version.evaluations.nodes]);
  const asked = useAnswer(`${before.id} ${version.id} ${snapshot?.id}`, async () => {
    if (!snapshot) return undefined;
    const variables = { a: before.id, b: version.id, snapshotId: snapshot.id };
    return (await client.request(ComparePairDocument, variables)).compareModelVersions;
  });
  const from = `${model.name}@${before.version}`;
  if (!snapshot) {
    return (
      <>
        <p class="hint">{words.notComparable(from, `${model.name}@${version.version}`)}</p>
        <MeasureTogether versions={[before, version]} onMeasured={onMeasured} />
      </>
    );
  }
  return (
    <Answer asked={asked} what={words.flipping}>
      {(pair) => pair && <Flipped from={from} rows={comparedRows([pair])} differences={pair.differences} />}
    </Answer>
  );
}

function Flipped({
  from,
  rows,
  differences,
}: {
  from: string;
  rows: readonly ComparedRow[];
  differences: readonly { name: ComparedMetric; a: number | null; b: number | null }[];
}) {
  const { version: words, names } = useWords();
  const { measured } = useFormats();
  const flipped = rows.filter(({ isContrary }) => isContrary);
  return (
    <>
      <p>{words.insteadOf(from)}</p>
      <p>
        <strong>{words.flips(flipped.length, rows.length)}</strong>
      </p>
      <ul class="flips">
        {flipped.map(({ image, verdicts: [a, b] }) => (
          <li key={image.id}>
            <img src={here(image.thumbnailUrl)} alt={image.filename} loading="lazy" />
            <span>
              {image.filename}: {a?.verdict ? names.verdicts[a.verdict] : '–'} →{' '}
              <strong>{b?.verdict ? names.verdicts[b.verdict] : '–'}</strong>
            </span>
          </li>
        ))}
      </ul>
      <p class="hint">
        {differences
          .filter(({ a, b }) => a !== null && b !== null)
          .map(({ name, a, b }) => `${names.metrics[name]} ${measured(a)} → ${measured(b)}`)
          .join(', ')}
      </p>
    </>
  );
}
