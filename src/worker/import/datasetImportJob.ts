import type { JobAttempt } from '../../jobs/index.js';
import type {
  CheckedImage,
  DatasetImportEntity,
  DatasetImportsService,
  PlannedImage,
  Services,
} from '../../services/index.js';
import { throwIfProblems, type Problem } from '../../shared/errors.js';

/** Images read and decoded at the same time. */
const concurrency = 2;

/**
 * Does a DATASET_IMPORT job: checks every image and mask, then inserts all of them in one transaction with the job's end.
 * @throws ProblemError with the problems found, which are stored with the import before; then nothing was inserted.
 */
export async function runDatasetImportJob(
  { services }: { services: Pick<Services, 'datasetImports'> },
  attempt: JobAttempt,
): Promise<void> {
  const { datasetImports } = services;
  const row = await datasetImports.require(attempt.job.id);
  try {
    const images = await readAll(datasetImports, row, attempt);
    for (const warning of await datasetImports.warningsOf(row, images)) attempt.log('WARN', warning);
    await attempt.complete((manager) => datasetImports.finish(manager, row, images));
  } catch (error) {
    const problems = datasetImports.problemsOf(row, error);
    if (problems.length > 0 && !attempt.signal.aborted) {
      await attempt.write((manager) => datasetImports.storeProblems(manager, row.jobId, problems));
    }
    throwIfProblems(problems);
    throw error;
  }
}

async function readAll(
  datasetImports: DatasetImportsService,
  row: DatasetImportEntity,
  attempt: JobAttempt,
): Promise<CheckedImage[]> {
  const source = await datasetImports.openSource(row);
  try {
    const { images, problems: before, notes } = await datasetImports.plan(row, source);
    for (const note of notes) attempt.log('INFO', note);
    // After a problem nothing will be stored; the images are checked all the same, so that one import tells all problems.
    const check = (image: PlannedImage) => datasetImports.check(image, { store: !row.dryRun && before.length === 0 });
    const { checked, problems } = await checkAll(images, check, attempt);
    await attempt.write((manager) => datasetImports.storeSummary(manager, row.jobId, checked));
    throwIfProblems([...before, ...problems]);
    return checked;
  } finally {
    await source.close();
  }
}

async function checkAll(
  images: readonly PlannedImage[],
  check: (image: PlannedImage) => Promise<CheckedImage | Problem[]>,
  attempt: JobAttempt,
): Promise<{ checked: CheckedImage[]; problems: Problem[] }> {
  const totalSteps = images.length;
  const results = new Array<CheckedImage | Problem[]>(totalSteps);
  let [next, done] = [0, 0];
  const work = async () => {
    while (next < totalSteps) {
      attempt.signal.throwIfAborted();
      const index = next++;
      results[index] = await check(images[index]!);
      done += 1;
      attempt.report({ phase: 'import', step: done, totalSteps, fraction: 0.99 * (done / totalSteps) });
    }
  };
  // After a fault there is nothing left to do for the others.
  const stopAll = () => (next = totalSteps);
  await allOrFirstError(Array.from({ length: concurrency }, () => work().catch(rethrowAfter(stopAll))));
  return {
    checked: results.flatMap((result) => (Array.isArray(result) ? [] : result)),
    problems: results.flatMap((result) => (Array.isArray(result) ? result : [])),
  };
}

/** Waits for all, so that none still runs when the first error is passed on. */
async function allOrFirstError(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function rethrowAfter(act: () => void): (error: unknown) => never {
  return (error) => {
    act();
    throw error;
  };
}
