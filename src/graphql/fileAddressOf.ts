import { permissionsOf, type Permission } from '../access/index.js';
import type { Reference } from '../services/owners.service.js';
import { unreadable } from './access/guardOwnedTypes.js';
import type { GraphqlContext } from './context.js';
import type { Artifact } from './model/model.type.js';

/**
 * Address of a file of something, for whoever may read it.
 * @param owner what the project is known by, e.g. the data set of an image.
 * @param field of the schema, e.g. `Image.url`.
 * @param permission what it takes to have the file.
 * @throws FaultError FORBIDDEN for those who may do something else in the project alone: a signed address would be their permission to read.
 */
export async function fileAddressOf(
  { addresses, owners, principal }: GraphqlContext,
  path: string,
  owner: Reference,
  field: string,
  permission: Permission = 'READ',
): Promise<string> {
  if (!addresses.areSigned) return addresses.of(path);
  const project = await owners.load(owner);
  if (project === undefined || !permissionsOf(principal, project).has(permission)) throw unreadable(field, permission);
  return addresses.of(path, project);
}

/**
 * A file that something keeps under the columns `artifact_…`; null before it is written.
 * @throws FaultError FORBIDDEN without EXPORT: whole data sets and models are not for whoever may look at them piece by piece.
 */
export async function artifactOf(
  context: GraphqlContext,
  { artifactSha256: sha256, artifactBytes: bytes }: { artifactSha256: string | null; artifactBytes: number | null },
  owner: Reference,
): Promise<Artifact | null> {
  if (sha256 === null) return null;
  return {
    ...{ sha256, bytes: bytes! },
    url: await fileAddressOf(context, `/blobs/${sha256}`, owner, `${owner.type}.artifact`, 'EXPORT'),
  };
}
