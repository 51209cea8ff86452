import type { UserErrorCode } from '../../../shared/errorCodes.js';

/** A GraphQL document with the types of what goes in and what comes out. */
export interface Operation<Data, Variables> {
  readonly source: string;
  /** Only for the type checker. */
  readonly types?: (variables: Variables) => Data;
}

export interface UserError {
  code: UserErrorCode;
  message: string;
  field: string[] | null;
  item: string | null;
}
/** What every mutation answers besides its own fields. */
export interface Payload {
  userErrors: UserError[];
}

/** Selection of a payload's expected problems. */
export const userErrors = 'userErrors { code message field item }';
/** Selection of why a job failed. */
export const failure = 'failure { code message field item }';

/** Binds a document to its types. */
export function operation<Data, Variables = Record<string, never>>(source: string): Operation<Data, Variables> {
  return { source };
}
