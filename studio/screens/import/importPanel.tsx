import { useLocation } from 'preact-iso';
import { accepted, CancelJobDocument, ImportFormatsDocument, type ExistingPolicy } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useQuery } from '../../api/useQuery.js';
import { Chosen } from '../../parts/chosen.js';
import { Answer, Failure, Loading } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { ImportFindings } from './importFindings.js';
import { startImport } from './useSending.js';
import { useImport, type OpenImport, type WatchedImport } from './useImport.js';

/** The lowest value that marks a defect, for masks of more than two values: they are left out, or read from there up. */
export const maskFloors = ['', '1', '128'] as const;
type MaskFloor = (typeof maskFloors)[number];

interface PanelProps {
  importId: string;
  /** Where its bytes lie; without it only what became of it is shown. */
  uploadId: string | undefined;
  existing: ExistingPolicy;
  masks: MaskFloor;
  onImported: () => void;
}

/** A dry run and what it found, or the import that follows it. The address holds all of it: a reload goes on here. */
export function ImportPanel({ importId, uploadId, existing, masks, onImported }: PanelProps) {
  const { import: words } = useWords();
  const watched = useImport(importId, (job) => !job.dryRun && onImported());
  const { job, connection, error } = watched;
  const title = !job || job.dryRun ? words.wouldBe : words.importing;
  return (
    <section class="card-like import" aria-label={title}>
      <h2>{title}</h2>
      {!job && error === undefined && <Loading what={words.loading} />}
      <Failure error={error} />
      {job && connection !== 'ended' && <UnderWay watched={watched} />}
      {job && connection === 'ended' && (
        <>
          <ImportFindings job={job} />
          {job.dryRun && uploadId ? (
            <Choices {...{ job, uploadId, existing, masks }} />
          ) : (
            <Closing imported={!job.dryRun && job.state === 'COMPLETED'} />
          )}
        </>
      )}
    </section>
  );
}

function UnderWay({ watched: { job, step, connection } }: { watched: WatchedImport }) {
  const { import: words, run, states } = useWords();
  const { percent } = useFormats();
  const cancel = useAction(async () => {
    accepted((await client.request(CancelJobDocument, { input: { id: job!.id } })).cancelJob);
  });
  const share = step ? step.done / step.total : (job?.progress ?? 0);
  return (
    <>
      <label class="field">
        <span>
          {step ? words.read(step.done, step.total) : percent(share)} · {run.connections[connection]}
          {job?.waitingFor && `, ${run.waitsFor(job.waitingFor)}`}
        </span>
        <progress max={1} value={share} />
      </label>
      <button type="button" disabled={cancel.isRunning} onClick={() => void cancel.run()}>
        {states.cancel}
      </button>
      <Failure error={cancel.error} />
    </>
  );
}

interface ChoicesProps {
  job: OpenImport;
  uploadId: string;
  existing: ExistingPolicy;
  masks: MaskFloor;
}

/** Another layout or policy is checked anew; then all that is right is imported, from the same bytes. */
function Choices({ job, uploadId, existing, masks }: ChoicesProps) {
  const { path } = useDataset();
  const { import: words, states } = useWords();
  const formats = useQuery(ImportFormatsDocument, {});
  const { check, take } = useNextImport({ job, uploadId, existing, masks });
  const updates = existing === 'UPDATE' && (job.summary?.existing ?? 0) > 0;
  const asksForMasks = [...job.problems, ...job.skipped].some(({ code }) => code === 'MASK_NOT_BINARY');
  const isUsable = job.state === 'COMPLETED' && (job.imagesImported > 0 || updates);
  return (
    <>
      <div class="row">
        <Answer asked={formats} what={words.layout}>
          {({ importFormats }) => (
            <Chosen
              label={words.layout}
              value={job.format}
              options={importFormats.map(({ name, description }) => [name, `${name}: ${description}`])}
              onChoose={(format) => void check.run(format, existing, masks)}
            />
          )}
        </Answer>
        <Chosen
          label={words.existing}
          value={existing}
          options={[
            ['SKIP', words.leaveExisting],
            ['UPDATE', words.updateExisting],
          ]}
          onChoose={(policy) => void check.run(job.format, policy, masks)}
        />
        {(asksForMasks || masks !== '') && (
          <Chosen
            label={words.masks}
            value={masks}
            options={maskFloors.map((floor) => [floor, words.maskFloors[floor]])}
            onChoose={(floor) => void check.run(job.format, existing, floor)}
          />
        )}
      </div>
      <div class="row">
        {isUsable && (
          <button type="button" class="primary" disabled={take.isRunning} onClick={() => void take.run()}>
            {words.take(job.imagesImported, job.totalSkipped)}
          </button>
        )}
        <a class="button" href={path('images')}>
          {states.cancel}
        </a>
      </div>
      <Failure error={check.error ?? take.error} />
    </>
  );
}

/** What follows a dry run: another one, or the import; the address then names it. */
function useNextImport({ job, uploadId, existing, masks }: ChoicesProps) {
  const { id: datasetId, path } = useDataset();
  const { route } = useLocation();
  const begin = async (format: string, policy: ExistingPolicy, floor: MaskFloor, dryRun: boolean) => {
    const maskThreshold = floor === '' ? null : Number(floor);
    const choice = { uploadId, format, existing: policy, maskThreshold, onProblem: 'SKIP', dryRun } as const;
    const started = { import: await startImport(datasetId, choice), upload: uploadId, existing: policy, masks: floor };
    route(`${path('images')}?${new URLSearchParams(started)}`);
  };
  return {
    check: useAction((format: string, policy: ExistingPolicy, floor: MaskFloor) => begin(format, policy, floor, true)),
    take: useAction(() => begin(job.format, existing, masks, false)),
  };
}

function Closing({ imported }: { imported: boolean }) {
  const { path } = useDataset();
  const { import: words, states } = useWords();
  return (
    <div class="row">
      <a class="button" href={path('images')}>
        {states.close}
      </a>
      {imported && (
        <a class="button primary" href={path('label')}>
          {words.label}
        </a>
      )}
    </div>
  );
}
