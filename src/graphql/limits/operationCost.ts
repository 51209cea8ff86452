import {
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from '../../shared/config.js';
import { FaultError } from '../../shared/errors.js';
import { maximumPageSize, pageSize } from '../../services/pagination.js';

export interface RequestedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
}

type CostLimits = Pick<Limits, 'queryNodes' | 'inputDepth'>;

/** What a list without page size counts as. */
const unpagedListSize = 10;

/**
 * Checks what a validated operation asks for with its variables: page sizes in range, and not more objects than allowed.
 * Variables of a wrong type are left to the execution, which names each.
 * @throws FaultError BAD_USER_INPUT, QUERY_TOO_COMPLEX.
 */
export function checkOperationCost(request: RequestedOperation, limits: CostLimits): void {
  checkVariableDepth(request.variables, limits.inputDepth);
  const { schema, operation } = request;
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables).coerced;
  if (!variables) return;
  const root = schema.getRootType(operation.operation);
  const nodes = root ? new CostEstimate(request, variables).ofSelections(operation.selectionSet, root) : 0;
  if (nodes > limits.queryNodes) {
    const rule = `at most ${limits.queryNodes} are allowed; ask for smaller pages or fewer nested lists`;
    throw new FaultError('QUERY_TOO_COMPLEX', `The operation may return ${nodes} objects; ${rule}.`);
  }
}

/** Counts the objects an operation may return. It visits what the selection limit allows, fragments written out. */
class CostEstimate {
  private readonly fragments: Map<string, FragmentDefinitionNode>;
  private readonly schema: GraphQLSchema;

  constructor(
    { document, schema }: RequestedOperation,
    private readonly variables: Record<string, unknown>,
  ) {
    this.schema = schema;
    this.fragments = new Map(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((definition) => [definition.name.value, definition]),
    );
  }

  ofSelections(set: SelectionSetNode, parent: GraphQLOutputType): number {
    return set.selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return total + this.ofField(selection, parent);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
      if (!fragment) return total;
      const condition = fragment.typeCondition && this.schema.getType(fragment.typeCondition.name.value);
      return total + this.ofSelections(fragment.selectionSet, isCompositeType(condition) ? condition : parent);
    }, 0);
  }

  private ofField(node: FieldNode, parent: GraphQLOutputType): number {
    const field = fieldOf(parent, node.name.value);
    if (!field || !node.selectionSet) return 0;
    const size = this.sizeOf(field, node);
    return size * (1 + this.ofSelections(node.selectionSet, getNamedType(field.type)));
  }

  /** How many objects stand behind the field. The lists inside a connection were counted at the connection. */
  private sizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    const args = this.argumentsOf(field, node);
    if (field.args.some(({ name }) => name === 'first')) return namingField(node, () => pageSize(args));
    if (Array.isArray(args['ids'])) return namingField(node, () => idCount(args['ids'] as unknown[]));
    const listed = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    return listed && field.name !== 'nodes' && field.name !== 'edges' ? unpagedListSize : 1;
  }

  private argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> {
    try {
      return getArgumentValues(field, node, this.variables);
    } catch {
      // A missing required argument: the execution names it.
      return {};
    }
  }
}

function fieldOf(parent: GraphQLOutputType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || (isAbstractType(parent) && 'getFields' in parent)
    ? parent.getFields()[name]
    : undefined;
}

function idCount(ids: readonly unknown[]): number {
  if (ids.length <= maximumPageSize) return ids.length;
  throw new FaultError('BAD_USER_INPUT', `ids has ${ids.length} entries; at most ${maximumPageSize} are allowed`);
}

/** Says where in the operation a number was wrong. */
function namingField<T>(node: FieldNode, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new FaultError(error.code, `${node.alias?.value ?? node.name.value}: ${error.message}`);
  }
}

function checkVariableDepth(variables: Readonly<Record<string, unknown>>, limit: number): void {
  const tooDeep = deepPath(variables, limit + 1);
  if (!tooDeep) return;
  const [name, ...path] = tooDeep;
  const where = [`$${name}`, ...path.slice(0, 5)].join('.');
  throw new FaultError('BAD_USER_INPUT', `The variable at ${where}… is nested more than ${limit} levels deep.`);
}

/** Path of a value that lies deeper than `levels`, if there is one. */
function deepPath(value: unknown, levels: number): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return [];
  for (const [key, inner] of Object.entries(value)) {
    const path = deepPath(inner, levels - 1);
    if (path) return [key, ...path];
  }
  return undefined;
}
