import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type DocumentNode,
  type ExecutableDefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import type { Limits } from '../../shared/config.js';

/** What a document may ask, without knowing its variables. */
export type DocumentLimits = Pick<
  Limits,
  'queryDepth' | 'queryAliases' | 'querySelections' | 'queryRepetitions' | 'inputDepth'
>;

/** Size of a selection set once its fragments are written out. */
interface Extent {
  /** Fields inside fields; introspection is not counted, since its own rule bounds it. */
  depth: number;
  aliases: number;
  selections: number;
  /** Whether a fragment stands inside itself; a rule of the specification refuses that. */
  endless: boolean;
}

const nothing: Extent = { depth: 0, aliases: 0, selections: 0, endless: false };

/** The rules that are added to the ones of the specification. */
export function limitRules(limits: DocumentLimits, introspection: boolean): ValidationRule[] {
  return [inputDepthRule(limits), ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
}

/**
 * In what the operations of a document exceed the limits, in words; or, when none does, in what its fragments do. To be asked before
 * the document is validated, used fragments and others: a rule of the specification compares all fields of one name with each other.
 */
export function excesses(document: DocumentNode, limits: DocumentLimits): string[] {
  const fragments = fragmentsOf(document);
  const measure = measurer(fragments);
  const found = (kind: ExecutableDefinitionNode['kind']) =>
    document.definitions
      .filter((definition): definition is ExecutableDefinitionNode => definition.kind === kind)
      .flatMap((definition) => excessesOf(definition, measure(definition.selectionSet), fragments, limits));
  const inOperations = found(Kind.OPERATION_DEFINITION);
  return inOperations.length > 0 ? inOperations : found(Kind.FRAGMENT_DEFINITION);
}

function excessesOf(
  { kind, name, selectionSet }: ExecutableDefinitionNode,
  { depth, aliases, selections, endless }: Extent,
  fragments: Fragments,
  limits: DocumentLimits,
): string[] {
  const what = kind === Kind.OPERATION_DEFINITION ? 'operation' : `fragment "${name.value}"`;
  const over = (unit: string, found: number, limit: number) =>
    found > limit ? [`The ${what} has ${found} ${unit}; at most ${limit} are allowed.`] : [];
  const found = [
    ...over('levels of fields', depth, limits.queryDepth),
    ...over('aliases', aliases, limits.queryAliases),
    ...over('selections with its fragments written out', selections, limits.querySelections),
  ];
  // Counting names writes the fragments out.
  if (endless || selections > limits.querySelections) return found;
  const most = mostRepeated([selectionSet], fragments);
  return [...found, ...over(`fields named "${most.name}" in one object`, most.times, limits.queryRepetitions)];
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition): [string, FragmentDefinitionNode] => [definition.name.value, definition]),
  );
}

interface Repetition {
  /** In the answer. */
  name: string;
  times: number;
}

/** The name that one object of the answer is asked for most often, by sets of selections that are merged in it. */
function mostRepeated(sets: readonly SelectionSetNode[], fragments: Fragments): Repetition {
  const together = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        together.set(name, together.get(name) ?? []);
        together.get(name)!.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  sets.forEach(collect);
  return [...together].reduce<Repetition>(
    (most, [name, fields]) => {
      const inner = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      const below = inner.length > 0 ? mostRepeated(inner, fragments) : most;
      const here = { name, times: fields.length };
      return [here, below].reduce((a, b) => (b.times > a.times ? b : a), most);
    },
    { name: '', times: 0 },
  );
}

/** Measures each fragment once, however often it is spread: the work grows with the document, not with what it expands to. */
function measurer(fragments: Fragments): (selectionSet: SelectionSetNode) => Extent {
  const measured = new Map<string, Extent>();
  const measureSet = (set: SelectionSetNode): Extent => set.selections.map(measureSelection).reduce(sum, nothing);
  const measureSelection = (selection: SelectionNode): Extent => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return oneMore(measureFragment(selection.name.value));
    const inner = selection.selectionSet ? measureSet(selection.selectionSet) : nothing;
    if (selection.kind === Kind.INLINE_FRAGMENT) return oneMore(inner);
    const depth = selection.name.value.startsWith('__') ? 0 : inner.depth + 1;
    return { ...oneMore(inner), depth, aliases: inner.aliases + (selection.alias ? 1 : 0) };
  };
  const measureFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, { ...nothing, endless: true });
    const fragment = fragments.get(name);
    const extent = fragment ? measureSet(fragment.selectionSet) : nothing;
    measured.set(name, extent);
    return extent;
  };
  return measureSet;
}

function sum(a: Extent, b: Extent): Extent {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    selections: a.selections + b.selections,
    endless: a.endless || b.endless,
  };
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
