import { everything } from '../../access/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { PlannedImage } from '../../formats/index.js';
import type { DatasetImportsService, ImportFindings } from '../../services/dataset-imports.service.js';
import type { CheckedImage } from '../../services/imports/checkImage.js';
import type { MatchedImages } from '../../services/imports/existingImages.js';
import { summaryInWords } from '../../services/imports/importSummary.js';
import type { PlannedImport } from '../../services/imports/planImport.js';
import type { Services } from '../../services/index.js';
import type { DatasetImportEntity } from '../../services/records.js';
import { throwIfProblems, type Problem } from '../../shared/errors.js';
import { inParallel } from './inParallel.js';

/** Lines about what was skipped and what is probably not meant. */
const maximumTold = 100;

/**
 * Does a DATASET_IMPORT job: checks every image and mask, then inserts all that are to be kept in one transaction with the
 * job's end.
 * @throws ProblemError with the problems found, which are stored with the import before; then nothing was inserted.
 */
export async function runDatasetImportJob(
  { services }: { services: Pick<Services, 'datasetImports'> },
  attempt: JobAttempt,
): Promise<void> {
  const { datasetImports } = services;
  const row = await datasetImports.require(everything, attempt.job.id);
  try {
    const matched = await readAll(datasetImports, row, attempt);
    await attempt.complete((manager) => datasetImports.finish(manager, row, matched));
  } catch (error) {
    const problems = datasetImports.problemsOf(row, error);
    if (problems.length > 0 && !attempt.signal.aborted) {
      await attempt.write((manager) => datasetImports.storeProblems(manager, row.jobId, problems));
    }
    throwIfProblems(problems);
    throw error;
  }
}

/** @returns what is to be kept. */
async function readAll(
  datasetImports: DatasetImportsService,
  row: DatasetImportEntity,
  attempt: JobAttempt,
): Promise<MatchedImages> {
  const source = await datasetImports.openSource(row);
  try {
    const plan = await datasetImports.plan(row, source);
    for (const note of plan.notes) attempt.log('INFO', note);
    // When nothing will be stored, the images are checked all the same, so that one import tells all problems.
    const store = !row.dryRun && !isRefused(row, plan.problems, [...plan.itemProblems, ...problemsOfImages(plan)]);
    const { checked, problems } = await checkAll(
      plan.images,
      (image) => datasetImports.check(row, image, { store }),
      attempt,
    );
    const matched = await datasetImports.match(row, checked);
    const ofItems = distinct([...plan.itemProblems, ...problems, ...matched.problems]);
    const refused = isRefused(row, plan.problems, ofItems) || checked.length === 0;
    const findings = await datasetImports.findingsOf(row, plan, matched, refused ? [] : ofItems);
    await attempt.write((manager) => datasetImports.storeFindings(manager, row.jobId, findings));
    if (refused) throwIfProblems(withChoice(row, plan.problems, ofItems));
    tell(findings, attempt);
    if (row.options.existing === 'UPDATE' && matched.known.length > 0)
      attempt.log('INFO', `of those already there, ${matched.changed} get another label, split or kind of defect`);
    return matched;
  } finally {
    await source.close();
  }
}

function problemsOfImages({ images }: PlannedImport): Problem[] {
  return images.flatMap(({ problems = [] }) => problems);
}

function isRefused(
  { options }: DatasetImportEntity,
  ofLayout: readonly Problem[],
  ofItems: readonly Problem[],
): boolean {
  return ofLayout.length > 0 || (options.onProblem !== 'SKIP' && ofItems.length > 0);
}

/** All problems; the first names the choice, where there is one. */
function withChoice(
  { options }: DatasetImportEntity,
  ofLayout: readonly Problem[],
  ofItems: readonly Problem[],
): Problem[] {
  const [first, ...rest] = ofItems;
  if (ofLayout.length > 0 || !first || options.onProblem === 'SKIP') return [...ofLayout, ...ofItems];
  const choice = 'onProblem: SKIP (--on-problem skip) leaves out what is wrong and imports the rest';
  return [{ ...first, message: `${first.message.replace(/\.$/, '')}. ${choice}` }, ...rest];
}

/** Two images of one name have one problem. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((one) => [`${one.code} ${one.message}`, one])).values()];
}

/** What was understood, skipped and is probably not meant, as events of the job. */
function tell({ summary, skipped, warnings }: ImportFindings, attempt: JobAttempt): void {
  for (const line of summaryInWords(summary)) attempt.log('INFO', line);
  const told = [...skipped.map((one) => ['skipped', one] as const), ...warnings.map((one) => ['', one] as const)];
  for (const [what, { code, message }] of told.slice(0, maximumTold))
    attempt.log('WARN', `${what} ${code}: ${message}`.trim());
  if (told.length > maximumTold) attempt.log('WARN', `and ${told.length - maximumTold} more warnings`);
}

async function checkAll(
  images: readonly PlannedImage[],
  check: (image: PlannedImage) => Promise<CheckedImage | Problem[]>,
  attempt: JobAttempt,
): Promise<{ checked: CheckedImage[]; problems: Problem[] }> {
  const results = await inParallel(images, check, attempt);
  return {
    checked: results.flatMap((result) => (Array.isArray(result) ? [] : result)),
    problems: results.flatMap((result) => (Array.isArray(result) ? result : [])),
  };
}
