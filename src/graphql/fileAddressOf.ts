import { permissionsOf } from '../access/index.js';
import type { Reference } from '../services/owners.service.js';
import { unreadable } from './access/guardOwnedTypes.js';
import type { GraphqlContext } from './context.js';
import type { Artifact } from './model/model.type.js';

/**
 * Address of a file of something, for whoever may read it.
 * @param owner what the project is known by, e.g. the data set of an image.
 * @param field of the schema, e.g. `Image.url`.
 * @throws FaultError FORBIDDEN for those who may do something else in the project alone: a signed address would be their permission to read.
 */
export async function fileAddressOf(
  { addresses, owners, principal }: GraphqlContext,
  path: string,
  owner: Reference,
  field: string,
): Promise<string> {
  if (!addresses.areSigned) return addresses.of(path);
  const project = await owners.load(owner);
  if (project === undefined || !permissionsOf(principal, project).has('READ')) throw unreadable(field);
  return addresses.of(path, project);
}

/** A file that something keeps under the columns `artifact_…`; null before it is written. */
export async function artifactOf(
  context: GraphqlContext,
  { artifactSha256: sha256, artifactBytes: bytes }: { artifactSha256: string | null; artifactBytes: number | null },
  owner: Reference,
): Promise<Artifact | null> {
  if (sha256 === null) return null;
  return { sha256, bytes: bytes!, url: await fileAddressOf(context, `/blobs/${sha256}`, owner, 'Artifact.url') };
}
