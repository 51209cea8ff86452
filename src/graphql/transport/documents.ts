import { GraphQLError, parse, specifiedRules, validate, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { FaultCode } from '../../shared/errorCodes.js';
import { mostErrors } from '../errors/presentError.js';
import { excesses, limitRules, tooComplex } from '../limits/documentLimits.js';
import type { GraphqlServerOptions } from './apolloServer.js';

/** Characters of all documents that are remembered; in memory each takes about a hundred times as much. */
const mostCharacters = 500_000;

/** A document that must not run; `errors` say why, each with its code. */
export class DocumentRefusal extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the document is refused');
  }
}

/** Reads documents for every transport, and remembers the ones it has found good. */
export class Documents {
  private readonly good = new LRUCache<string, DocumentNode>({
    maxSize: mostCharacters,
    sizeCalculation: (_document, text) => text.length,
  });

  constructor(private readonly options: Pick<GraphqlServerOptions, 'schema' | 'config'>) {}

  /**
   * A document that may run: parsed, within the limits, and valid, in this order, since each step costs more than the one before.
   * @throws DocumentRefusal GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX, GRAPHQL_VALIDATION_FAILED.
   */
  read(text: string): DocumentNode {
    const known = this.good.get(text);
    if (known) return known;
    const { schema, config } = this.options;
    const { limits, introspection } = config;
    const document = parsed(text, limits.queryTokens);
    refuse(excesses(document, limits).map(tooComplex));
    const rules = [...specifiedRules, ...limitRules(limits, introspection)];
    // graphql-js adds an error that says it stopped.
    const errors = validate(schema, document, rules, { maxErrors: mostErrors - 1, hideSuggestions: true });
    refuse(errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')));
    this.good.set(text, document);
    return document;
  }
}

function parsed(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    // The parser calls itself for each level; a deep list is too much for the stack before its tokens are too many.
    if (error instanceof RangeError)
      throw new DocumentRefusal([tooComplex('The document is nested too deep to be read.')]);
    throw new DocumentRefusal([withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]);
  }
}

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new DocumentRefusal(errors.slice(0, mostErrors));
}

/** Gives an error a code unless it has one, as the limits' errors do. */
function withCode(error: GraphQLError, code: FaultCode): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, ...error.extensions } });
}
