import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, TokenKind, type OperationDefinitionNode } from 'graphql';

/** An operation of docs/api-examples.graphql. */
export interface ApiExample {
  name: string;
  operation: OperationDefinitionNode;
  text: string;
  /** With placeholders. */
  variables: Record<string, unknown>;
}

/** The operations of the file in order, each with the variables from the comment above it. */
export async function readApiExamples(): Promise<ApiExample[]> {
  const file = fileURLToPath(new URL('../../docs/api-examples.graphql', import.meta.url));
  return parse(await readFile(file, 'utf8')).definitions.map((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION) throw new Error('only operations are expected');
    const comment = commentAbove(operation).find((line) => line.startsWith('Variables:'));
    const variables = JSON.parse(comment?.slice('Variables:'.length) ?? '{}') as Record<string, unknown>;
    return { name: operation.name!.value, operation, text: print(operation), variables };
  });
}

/** Puts what `find` knows of placeholders such as `<CreateDataset.createDataset.dataset.id>` or `<folder>` into a value. */
export function fillPlaceholders(value: unknown, find: (placeholder: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => fillPlaceholders(one, find));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillPlaceholders(inner, find)]));
  }
  const placeholder = typeof value === 'string' ? /^<(.+)>$/.exec(value)?.[1] : undefined;
  return placeholder === undefined ? value : find(placeholder);
}

function commentAbove(operation: OperationDefinitionNode): string[] {
  const lines: string[] = [];
  for (let token = operation.loc!.startToken.prev; token?.kind === TokenKind.COMMENT; token = token.prev) {
    lines.push(token.value.trim());
  }
  return lines;
}
