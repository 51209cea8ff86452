/** Whether an error is PostgreSQL's unique_violation. */
export function isUniqueViolation(error: unknown): boolean {
  return isDatabaseError(error, '23505');
}

/** Whether an error is PostgreSQL's foreign_key_violation, or restrict_violation. */
export function isForeignKeyViolation(error: unknown): boolean {
  return isDatabaseError(error, '23503') || isDatabaseError(error, '23001');
}

/** Whether PostgreSQL refused a REPEATABLE READ transaction because another one changed or deleted what it needs. */
export function isSerializationFailure(error: unknown): boolean {
  return isDatabaseError(error, '40001');
}

/** Whether a statement waited longer for a lock than it may. */
export function isLockTimeout(error: unknown): boolean {
  return isDatabaseError(error, '55P03');
}

function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as Error & { code?: string }).code === code;
}
