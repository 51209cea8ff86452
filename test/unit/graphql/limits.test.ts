import { buildSchema, getOperationAST, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitRules, excesses } from '../../../src/graphql/limits/documentLimits.js';
import { checkOperationCost } from '../../../src/graphql/limits/operationCost.js';
import { defaultLimits } from '../../../src/shared/config.js';

const schema = buildSchema(`
  type Query { things(first: Int, after: String): ThingConnection! thing: Thing nodes(ids: [ID!]!): [Node]! any(value: JSON): Int }
  type ThingConnection { nodes: [Thing!]! edges: [ThingEdge!]! pageInfo: PageInfo! }
  type ThingEdge { node: Thing! }
  type PageInfo { hasNextPage: Boolean! }
  interface Node { id: ID! }
  type Thing implements Node { id: ID! things(first: Int): ThingConnection! tags: [Tag!]! parent: Thing }
  type Tag { name: String! }
  scalar JSON
`);

const over = (query: string, limits = {}) => excesses(parse(query), { ...defaultLimits, ...limits });

/** Fragments F0 … Fn, each spreading the next one twice under different aliases. */
function doubling(count: number): string {
  const fragments = Array.from(
    { length: count },
    (_, i) => `fragment F${i} on Thing { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } }`,
  );
  return `{ thing { ...F0 } } ${fragments.join(' ')} fragment F${count} on Thing { id }`;
}

describe('the extent of an operation', () => {
  it('counts levels of fields, through fragments of both kinds', () => {
    const query = '{ thing { ...A } } fragment A on Thing { parent { ... on Thing { parent { id } } } }';
    expect(over(query, { queryDepth: 4 })).toEqual([]);
    expect(over(query, { queryDepth: 3 })).toEqual(['The operation has 4 levels of fields; at most 3 are allowed.']);
  });

  it('does not count introspection, which its own rule of the specification bounds', () => {
    expect(
      over('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }', { queryDepth: 1 }),
    ).toEqual([]);
  });

  it('counts aliases wherever they stand, as often as they are spread', () => {
    const query = '{ a: thing { ...A } b: thing { ...A } } fragment A on Thing { c: id }';
    expect(over(query, { queryAliases: 4 })).toEqual([]);
    expect(over(query, { queryAliases: 3 })).toEqual(['The operation has 4 aliases; at most 3 are allowed.']);
  });

  it('looks at each operation by itself', () => {
    expect(over('query A { a: thing { id } } query B { b: thing { id } }', { queryAliases: 1 })).toEqual([]);
  });

  it('counts selections with fragments written out, in time that grows with the text only', () => {
    const began = performance.now();
    expect(over(doubling(60)).join()).toMatch(/selections with its fragments written out/);
    expect(performance.now() - began).toBeLessThan(200);
  });

  const repeated = (count: number, field: string) => Array(count).fill(field).join(' ');

  it('counts how often one object is asked for one name: flat, through fragments, and below fields that are merged', () => {
    const rule = (name: string, times: number) => [
      `The operation has ${times} fields named "${name}" in one object; at most 100 are allowed.`,
    ];
    expect(over(`{ ${repeated(100, 'any')} }`)).toEqual([]);
    expect(over(`{ ${repeated(101, 'any')} }`)).toEqual(rule('any', 101));
    expect(over(`{ ${repeated(101, 'a: any')} }`)).toContain(rule('a', 101)[0]);
    expect(over(`{ ...F ... { ${repeated(50, 'any')} } } fragment F on Query { ${repeated(51, 'any')} }`)).toEqual(
      rule('any', 101),
    );
    expect(over(`{ ${repeated(51, 'thing { id id }')} }`)).toEqual(rule('id', 102));
    const inFragment = `fragment F on Thing { parent { ${repeated(52, 'id')} } }`;
    expect(over(`{ thing { ...F ...F parent { ${repeated(52, 'id')} } } } ${inFragment}`)).toEqual(rule('id', 104));
  });

  it('counts in fragments that no operation uses, too: they are validated all the same', () => {
    expect(over(`{ any } fragment Unused on Query { ${repeated(101, 'any')} }`)).toEqual([
      'The fragment "Unused" has 101 fields named "any" in one object; at most 100 are allowed.',
    ]);
  });

  it('takes equal names of different objects for what they are', () => {
    expect(over(`{ a: thing { ${repeated(99, 'id')} } b: thing { ${repeated(99, 'id')} } }`)).toEqual([]);
  });

  it('comes to an end where fragments go in circles or lead nowhere', () => {
    expect(
      over('{ thing { ...A } } fragment A on Thing { parent { ...B } } fragment B on Thing { ...A ...C }'),
    ).toEqual([]);
    expect(over('{ thing { ...A } } fragment A on Thing { a: parent { ...A } b: parent { ...A } }')).toEqual([]);
  });
});

describe('the rules together with those of the specification', () => {
  const codes = (query: string, introspection = true) =>
    validate(schema, parse(query), [...specifiedRules, ...limitRules(defaultLimits, introspection)]).map(
      ({ extensions }) => extensions['code'],
    );

  it('bound how deep values are nested', () => {
    const nested = (levels: number) => `{ any(value: ${'['.repeat(levels)}${']'.repeat(levels)}) }`;
    expect(codes(nested(20))).toEqual([]);
    expect(codes(nested(21))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codes(`{ any(value: ${'{a:'.repeat(21)}1${'}'.repeat(21)}) }`)).toEqual(['QUERY_TOO_COMPLEX']);
  });

  it('refuse introspection where it is switched off', () => {
    expect(codes('{ __schema { queryType { name } } }')).toEqual([]);
    expect(codes('{ __schema { queryType { name } } }', false)).toHaveLength(2);
    expect(codes('{ __typename }', false)).toEqual([]);
  });
});

describe('the cost of an operation', () => {
  function check(query: string, variables: Record<string, unknown> = {}, queryNodes = 1_000): void {
    const document = parse(query);
    const operation = getOperationAST(document)!;
    checkOperationCost({ schema, document, operation, variables }, { ...defaultLimits, queryNodes });
  }
  const cost = (query: string, variables?: Record<string, unknown>) => {
    try {
      check(query, variables, 0);
      return 0;
    } catch (error) {
      return Number(/may return (\d+) objects/.exec((error as Error).message)?.[1] ?? NaN);
    }
  };

  it('multiplies page sizes along nested connections', () => {
    expect(cost('{ things(first: 10) { nodes { id } } }')).toBe(20);
    expect(cost('{ things(first: 10) { nodes { things(first: 10) { nodes { id } } } } }')).toBe(220);
    expect(cost('{ things(first: 10) { edges { node { id } } } }')).toBe(30);
  });

  it('takes the default page size where none is given, and that of variables and their defaults', () => {
    expect(cost('{ things { nodes { id } } }')).toBe(100);
    expect(cost('query($n: Int) { things(first: $n) { nodes { id } } }', { n: 7 })).toBe(14);
    expect(cost('query($n: Int = 7) { things(first: $n) { nodes { id } } }')).toBe(14);
    expect(cost('query($n: Int) { things(first: $n) { nodes { id } } }', { n: null })).toBe(100);
  });

  it('counts lists without page size, ids and fragments', () => {
    expect(cost('{ thing { tags { name } } }')).toBe(11);
    expect(cost('{ nodes(ids: ["a", "b", "c"]) { ... on Thing { tags { name } } } }')).toBe(33);
    expect(
      cost('{ things(first: 2) { ...A } } fragment A on ThingConnection { nodes { ...B } } fragment B on Node { id }'),
    ).toBe(4);
  });

  it('is nothing for scalars and introspection', () => {
    expect(cost('{ any __typename __schema { types { name } } }')).toBe(0);
  });

  it('names the field whose page size is out of range, by its alias', () => {
    expect(() => check('{ mine: things(first: 201) { nodes { id } } }')).toThrow(/^mine: first is 201; .* 1 to 200$/);
    expect(() => check('query($n: Int) { things(first: $n) { pageInfo { hasNextPage } } }', { n: 0 })).toThrow(
      /^things: first is 0/,
    );
  });

  it('leaves variables of a wrong type to the execution, which names each', () => {
    expect(() => check('query($n: Int) { things(first: $n) { nodes { id } } }', { n: 'many' })).not.toThrow();
  });

  it('bounds how deep variables are nested, however large they are', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(() => check('query($v: JSON) { any(value: $v) }', { v: nested(20) })).not.toThrow();
    expect(() => check('query($v: JSON) { any(value: $v) }', { v: nested(21) })).toThrow(/^The variable at \$v\.0\.0/);
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(() => check('query($v: JSON) { any(value: $v) }', { v: deep })).toThrow(/more than 20 levels/);
  });
});
