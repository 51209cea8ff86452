import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import * as operations from '../../../src/cli/client/operations/index.js';

const read = (path: string) => buildSchema(readFileSync(new URL(path, import.meta.url), 'utf8'));
const schema = read('../../../schema.graphql');
const contract = read('../../fixtures/contract.graphql');
const documents = Object.entries(operations).flatMap(([name, value]) =>
  typeof value === 'object' && 'source' in value ? [[name, value.source] as const] : [],
);

describe('documents of the command line', () => {
  test('there are some', () => {
    expect(documents.length).toBeGreaterThan(20);
  });

  test.each(documents)('%s is valid against the schema', (name, source) => {
    // The one mutation that the contract promises and an older server may lack.
    const known = name === 'saveBoxes' ? contract : schema;
    expect(validate(known, parse(source)).map(({ message }) => message)).toEqual([]);
  });

  test('EvaluationMetrics has exactly the names the result lists', () => {
    const type = schema.getType('EvaluationMetrics')!.toConfig() as { fields: object };
    expect(Object.keys(type.fields).sort()).toEqual([...operations.metricNames].sort());
  });
});
