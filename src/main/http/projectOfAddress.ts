import type { AccessScope } from '../../access/index.js';
import type { Services } from '../../services/index.js';
import { quoted } from '../../services/names.js';
import { FaultError } from '../../shared/errors.js';
import { storable } from './queryTexts.js';

/** The project of a name in an address; undefined where there is none. @throws FaultError NOT_FOUND. */
export async function projectOf(
  { projects }: Pick<Services, 'projects'>,
  scope: AccessScope,
  name: string | undefined,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const found = storable(name) && (await projects.byName(scope, name.normalize('NFC')));
  if (!found) throw new FaultError('NOT_FOUND', `There is no project ${quoted(name)}.`);
  return found.id;
}
