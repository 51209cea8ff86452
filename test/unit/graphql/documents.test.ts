import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Documents, type DocumentRefusal } from '../../../src/graphql/transport/documents.js';
import { defaultLimits } from '../../../src/shared/config.js';

const schema = buildSchema('type Query { server: Server! } type Server { version: String! }');

function documents(limits = defaultLimits): Documents {
  const config = {
    ...{ introspection: true, allowedOrigins: [], allowedHosts: [], apiToken: undefined, trustedProxies: [] },
    limits,
  };
  return new Documents({ schema, config });
}

function codesOf(text: string): unknown[] {
  try {
    documents().read(text);
    return [];
  } catch (error) {
    return (error as DocumentRefusal).errors.map(({ extensions }) => extensions['code']);
  }
}

/** Milliseconds of processor time, which other processes do not lengthen. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('documents', () => {
  it('are refused with the code of the first step that finds something', () => {
    expect(codesOf('{')).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(codesOf(`{ ${'server { nothing } '.repeat(101)} }`)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codesOf('{ nothing }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codesOf('{ server { version } }')).toEqual([]);
  });

  it('are read once: who sends the same text gets the same document', () => {
    const read = documents();
    expect(read.read('{ server { version } }')).toBe(read.read('{ server { version } }'));
    expect(read.read('{ server { version } }')).not.toBe(read.read('{ server { version  } }'));
  });

  it('of repeated fields are refused before they are compared with each other', () => {
    const text = `{ ${'server { version } '.repeat(330)} }`;
    documents().read('{ server { version } }');
    expect(processorTime(() => expect(codesOf(text)).toEqual(['QUERY_TOO_COMPLEX']))).toBeLessThan(60);
  });

  it('that are allowed take little time, however they repeat', () => {
    const worst = [
      `{ ${'server { version } '.repeat(100)} }`,
      `{ ${'...F '.repeat(45)} } fragment F on Query { ${'server { version } '.repeat(99)} }`,
    ];
    for (const text of worst) expect(processorTime(() => expect(codesOf(text)).toEqual([]))).toBeLessThan(100);
  });

  it('that are nested too deep for the stack are too complex, whatever the limits allow', () => {
    const [open, close] = ['[', ']'].map((bracket) => bracket.repeat(50_000));
    const read = () => documents({ ...defaultLimits, queryTokens: 1_000_000 }).read(`{ server(a: ${open}${close}) }`);
    expect(read).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ extensions: { code: 'QUERY_TOO_COMPLEX' } })] }),
    );
  });

  it('that are too long to remember are read all the same', () => {
    const long = `{ server { version } } #${'x'.repeat(600_000)}`;
    expect(documents().read(long).definitions).toHaveLength(1);
  });
});
