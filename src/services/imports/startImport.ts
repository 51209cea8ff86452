import type { AccessScope } from '../../access/index.js';
import type { ExistingPolicy, ImportOptions, ImportSource, ProblemPolicy } from '../../database/entities/index.js';
import { problem, type Problem } from '../../shared/errors.js';
import { isLeftOut, type GivenMaskChoice } from '../annotations/maskChoice.js';
import type { UploadsService } from '../uploads.service.js';
import { findUnderImportRoots } from './importRoots.js';

/** Names of folders or classes that an import may be given as normal. */
const maximumNormalNames = 100;

/** What an import is asked for with. */
export interface StartDatasetImport extends GivenMaskChoice {
  datasetId: string;
  /** Id of an import format. */
  format: string;
  /** A folder or zip under one of the server's import roots. Exactly one of `path` and `uploadId`. */
  path?: string | null | undefined;
  /** An uploaded zip. */
  uploadId?: string | null | undefined;
  /** Check everything, store nothing. */
  dryRun?: boolean | null | undefined;
  /** What becomes of the import when single items are wrong; REFUSE when left out. */
  onProblem?: ProblemPolicy | null | undefined;
  /** What becomes of images that the data set has already; REFUSE when left out. */
  existing?: ExistingPolicy | null | undefined;
  /** Names of folders and classes that stand for what has no defect, in place of the usual ones. */
  normalNames?: readonly string[] | null | undefined;
}

/** What is kept of the choices that were given. */
export function optionsOf(input: StartDatasetImport): ImportOptions {
  const { onProblem, existing, normalNames, maskThreshold, maskValue } = input;
  return {
    ...(onProblem && { onProblem }),
    ...(existing && { existing }),
    ...(normalNames && { normalNames: [...normalNames] }),
    ...(!isLeftOut(maskThreshold) && { maskThreshold }),
    ...(!isLeftOut(maskValue) && { maskValue }),
  };
}

/** Problems of the names that shall stand for what has no defect. */
export function normalNamesProblems({ normalNames: names = [] }: ImportOptions): Problem[] {
  if (names.length <= maximumNormalNames) return [];
  const message = `${names.length} names of normal folders and classes were given; at most ${maximumNormalNames} are taken`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', 'normalNames'] }];
}

/** Where an import is to read from. @throws ProblemError BAD_USER_INPUT, NOT_FOUND, UPLOAD_*. */
export async function findSource(
  scope: AccessScope,
  { path, uploadId }: Pick<StartDatasetImport, 'path' | 'uploadId'>,
  { importRoots, uploads }: { importRoots: readonly string[]; uploads: UploadsService },
): Promise<ImportSource> {
  if (typeof path === 'string' && typeof uploadId !== 'string') {
    return { path: (await findUnderImportRoots(path, importRoots)).path };
  }
  if (typeof uploadId === 'string' && typeof path !== 'string') {
    return { uploadId: (await uploads.take(scope, uploadId)).id };
  }
  const given = typeof path === 'string' ? 'both were given' : 'none was given';
  const message = `exactly one of path and uploadId says where to import from; ${given}`;
  throw problem('BAD_USER_INPUT', message, { field: ['input', 'path'] });
}
