import { FaultError, problem } from '../shared/errors.js';
import { encodeGlobalId } from '../shared/globalId.js';
import { quoted } from '../services/names.js';
import { uuidPattern } from '../services/pagination.js';
import type { AccessNoun, Noun } from '../services/records.js';

/** What has an id, also what `node` does not give out: people are no part of a project. */
type Named = Noun | AccessNoun | 'Principal';

export interface GlobalId {
  type: string;
  /** UUID. */
  id: string;
}

export { encodeGlobalId };

/** The parts of an id, or undefined when no server of this kind made it. */
export function decodeGlobalId(globalId: string): GlobalId | undefined {
  if (globalId.length > 200) return undefined;
  const [type, id, ...rest] = Buffer.from(globalId, 'base64url').toString('utf8').split(':');
  if (type === undefined || id === undefined || rest.length > 0 || !uuidPattern.test(id)) return undefined;
  return { type, id };
}

/** The UUID in an id of a query. @throws FaultError BAD_USER_INPUT when it is no id at all. */
export function parseGlobalId(globalId: string): GlobalId {
  const parsed = decodeGlobalId(globalId);
  if (parsed) return parsed;
  throw new FaultError('BAD_USER_INPUT', `${quoted(globalId)} is not an id; take ids from the "id" fields of this API`);
}

/**
 * The UUID of an id in an argument of a query.
 * @throws FaultError BAD_USER_INPUT when it is no id, NOT_FOUND when it is one of another type.
 */
export function queriedIdOf(type: Noun | AccessNoun, globalId: string): string {
  const { type: found, id } = parseGlobalId(globalId);
  if (found === type) return id;
  throw new FaultError('NOT_FOUND', `The id belongs to a ${found}; here the id of a ${type} is needed.`);
}

/**
 * The UUID of an id in a mutation's input.
 * @throws ProblemError BAD_USER_INPUT when it is no id, NOT_FOUND when it is one of another type.
 */
export function idOf(type: Named, globalId: string, field: readonly string[]): string {
  const parsed = decodeGlobalId(globalId);
  if (!parsed) {
    throw problem('BAD_USER_INPUT', `${quoted(globalId)} is not an id; take ids from the "id" fields of this API`, {
      field,
    });
  }
  if (parsed.type !== type) {
    throw problem('NOT_FOUND', `the id belongs to a ${parsed.type}; here the id of a ${type} is needed`, { field });
  }
  return parsed.id;
}

/** {@link idOf} for a label of any kind. */
export function annotationIdOf(globalId: string, field: readonly string[]): string {
  const type = decodeGlobalId(globalId)?.type;
  const known = annotationTypes.find((one) => one === type);
  return idOf(known ?? 'BoxAnnotation', globalId, field);
}

const annotationTypes = ['PixelAnnotation', 'BlockAnnotation', 'BoxAnnotation'] as const;

/** {@link idOf} for an id that may be left out. */
export function optionalIdOf(
  type: Noun | AccessNoun,
  globalId: string | null | undefined,
  field: readonly string[],
): string | undefined {
  return globalId === null || globalId === undefined ? undefined : idOf(type, globalId, field);
}
