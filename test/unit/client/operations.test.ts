import { readFileSync } from 'node:fs';
import { buildSchema, parse, type FragmentDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { MetricsFragmentDoc } from '../../../src/client/index.js';

test('the client asks for every metric the schema has', () => {
  const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
  const type = schema.getType('EvaluationMetrics')!.toConfig() as { fields: object };
  const [fragment] = parse(MetricsFragmentDoc.toString()).definitions as FragmentDefinitionNode[];
  const asked = fragment!.selectionSet.selections.map((each) => ('name' in each ? each.name.value : ''));
  expect(asked.sort()).toEqual(Object.keys(type.fields).sort());
});
