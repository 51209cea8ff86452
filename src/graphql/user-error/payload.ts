import { vanishedReference } from '../../services/vanishedReference.js';
import { ProblemError, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { GraphqlContext } from '../context.js';

/**
 * The answer of a mutation: what `change` returns, or the expected problems it threw; nothing is changed when a text is wrong or a permission is missing.
 * Loaders are renewed, so that what the answer selects is read after the change.
 * @param otherwise fields of the payload that must not be null when there are problems.
 */
export async function payload<T extends object>(
  context: GraphqlContext,
  change: () => Promise<T>,
  otherwise: Partial<T> = {},
): Promise<(T | Partial<T>) & { userErrors: readonly Problem[] }> {
  try {
    throwIfProblems(context.problemsBefore);
    return { ...(await change()), userErrors: [] };
  } catch (error) {
    if (error instanceof ProblemError) return { ...otherwise, userErrors: error.problems };
    const vanished = vanishedReference(error);
    if (vanished) return { ...otherwise, userErrors: [vanished] };
    throw error;
  } finally {
    context.renew();
  }
}
