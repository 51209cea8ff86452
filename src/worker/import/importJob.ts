import { everything } from '../../access/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { WorkerParts } from '../workerParts.js';
import { runDatasetImportJob } from './datasetImportJob.js';
import { runSourceImport } from './sourceImportJob.js';

/** Does a DATASET_IMPORT job: one that somebody asked for, all or nothing, or one of a source, file by file. */
export async function runImportJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const row = await parts.services.datasetImports.require(everything, attempt.job.id);
  return row.source.sourceId === undefined ? runDatasetImportJob(parts, attempt) : runSourceImport(parts, attempt, row);
}
