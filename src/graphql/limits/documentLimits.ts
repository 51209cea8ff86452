import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import type { Limits } from '../../shared/config.js';

/** What a document may ask, without knowing its variables. */
export type DocumentLimits = Pick<Limits, 'queryDepth' | 'queryAliases' | 'querySelections' | 'inputDepth'>;

/** Size of a selection set once its fragments are written out. */
interface Extent {
  /** Fields inside fields; introspection is not counted, since its own rule bounds it. */
  depth: number;
  aliases: number;
  selections: number;
}

const nothing: Extent = { depth: 0, aliases: 0, selections: 0 };

/** The rules both transports add to the ones of the specification. */
export function limitRules(limits: DocumentLimits, introspection: boolean): ValidationRule[] {
  return [
    operationExtentRule(limits),
    inputDepthRule(limits),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
}

function operationExtentRule(limits: DocumentLimits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      for (const message of excesses(document, limits)) context.reportError(tooComplex(message));
    },
  });
}

/** In what each operation exceeds the limits, in words. */
export function excesses(document: DocumentNode, limits: DocumentLimits): string[] {
  const measure = measurer(document);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const { depth, aliases, selections } = measure(definition.selectionSet);
    const over = (what: string, found: number, limit: number) =>
      found > limit ? [`The operation has ${found} ${what}; at most ${limit} are allowed.`] : [];
    return [
      ...over('levels of fields', depth, limits.queryDepth),
      ...over('aliases', aliases, limits.queryAliases),
      ...over('selections with its fragments written out', selections, limits.querySelections),
    ];
  });
}

/** Measures each fragment once, however often it is spread: the work grows with the document, not with what it expands to. */
function measurer(document: DocumentNode): (selectionSet: SelectionSetNode) => Extent {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition): [string, FragmentDefinitionNode] => [definition.name.value, definition]),
  );
  const measured = new Map<string, Extent>();
  const measureSet = (set: SelectionSetNode): Extent => set.selections.map(measureSelection).reduce(sum, nothing);
  const measureSelection = (selection: SelectionNode): Extent => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return oneMore(measureFragment(selection.name.value));
    const inner = selection.selectionSet ? measureSet(selection.selectionSet) : nothing;
    if (selection.kind === Kind.INLINE_FRAGMENT) return oneMore(inner);
    const depth = selection.name.value.startsWith('__') ? 0 : inner.depth + 1;
    return { depth, aliases: inner.aliases + (selection.alias ? 1 : 0), selections: inner.selections + 1 };
  };
  const measureFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    // A fragment inside itself counts nothing: the specification's rule refuses it.
    measured.set(name, nothing);
    const fragment = fragments.get(name);
    const extent = fragment ? measureSet(fragment.selectionSet) : nothing;
    measured.set(name, extent);
    return extent;
  };
  return measureSet;
}

function sum(a: Extent, b: Extent): Extent {
  return { depth: Math.max(a.depth, b.depth), aliases: a.aliases + b.aliases, selections: a.selections + b.selections };
}

function oneMore(extent: Extent): Extent {
  return { ...extent, selections: extent.selections + 1 };
}

function inputDepthRule({ inputDepth }: DocumentLimits): ValidationRule {
  return (context) => {
    let depth = 0;
    const enter = () => {
      depth += 1;
      if (depth === inputDepth + 1) {
        context.reportError(tooComplex(`A value is nested more than ${inputDepth} levels deep.`));
      }
    };
    const leave = () => {
      depth -= 1;
    };
    return { ListValue: { enter, leave }, ObjectValue: { enter, leave } };
  };
}

/** The error for everything that asks too much. */
export function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}
