import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { buildSchema, encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting } from './registrySetting.js';
import { codesOf, SocketClient } from './socketClient.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let schema: GraphQLSchema;
/** Ids of things there are, by type. */
let ids: Record<string, string>;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  schema = await buildSchema();
  const setting = await new RegistrySetting(database.dataSource, server.services).prepare('tiles', [
    { filename: 'good.png', label: 'NORMAL' },
    { filename: 'bad.png', label: 'ANOMALOUS', defectType: 'scratch' },
  ]);
  const version = await setting.version('tiles');
  const scored = [{ filename: 'good.png', label: 'NORMAL' as const, score: 0.1 }];
  const evaluation = await setting.evaluation(version.id, scored);
  const [image] = (await server.services.images.page(everything, setting.datasetId, {}, { first: 1 })).nodes;
  const found = {
    ...{ Dataset: setting.datasetId, Snapshot: setting.snapshotId, Project: setting.projectId, Image: image!.id },
    ...{
      ModelVersion: version.id,
      Model: version.modelId,
      TrainingRun: version.trainingRunId,
      Evaluation: evaluation,
    },
  };
  ids = Object.fromEntries(Object.entries(found).map(([type, id]) => [type, encodeGlobalId(type, id)]));
});
afterAll(() => server.stop());

const hostile: Record<string, string> = {
  'a NUL': 'a\0b',
  'half a surrogate pair': 'a\ud800',
  '100 kB': 'x'.repeat(100_000),
  SQL: "1' OR 1=1; --",
  nothing: '',
  'an id of nothing': encodeGlobalId('Dataset', uuid()),
  'an id with a NUL': encodeGlobalId('Dataset', '\0'),
  'an id of an unknown type': encodeGlobalId('__proto__', uuid()),
};

/** A value a field takes. */
function sample(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return sample(type.ofType, name);
  if (isListType(type)) return [sample(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, sample(field.type, field.name)]));
  }
  if (type.name === 'ID') return idFor(name);
  return { Int: 1, Float: 1, Boolean: true, JSONObject: {} }[type.name] ?? 'x';
}

function idFor(name: string): string {
  const type = Object.keys(ids).find((known) => `${known[0]!.toLowerCase()}${known.slice(1)}Id` === name);
  return ids[type ?? 'Dataset']!;
}

/** Every way to put a text somewhere into a value of a type. */
function placements(type: GraphQLInputType, name: string, text: string): unknown[] {
  if (isNonNullType(type)) return placements(type.ofType, name, text);
  if (isListType(type)) return placements(type.ofType, name, text).map((value) => [value]);
  if (isInputObjectType(type)) {
    const whole = sample(type, name) as object;
    return Object.values(type.getFields()).flatMap((field) =>
      placements(field.type, field.name, text).map((value) => ({ ...whole, [field.name]: value })),
    );
  }
  if (!isScalarType(type)) return [];
  if (type.name === 'JSONObject') return [{ a: { b: [text] } }, { [text]: 1 }];
  return type.name === 'String' || type.name === 'ID' ? [text] : [];
}

interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** The operations that send a text to a field. @param wrap puts the field's selection where it belongs. */
function operations(
  field: GraphQLField<unknown, unknown>,
  text: string,
  wrap: (selection: string) => string,
): Operation[] {
  const used = field.args.filter(({ type }) => isNonNullType(type));
  return field.args.flatMap((argument) =>
    placements(argument.type, argument.name, text).map((value) => {
      const args = [...new Set([...used, argument])];
      const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
      const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
      const inner = isScalarType(getNamedType(field.type)) ? '' : '{ __typename }';
      const variables = Object.fromEntries(args.map(({ name, type }) => [name, sample(type, name)]));
      return {
        query: `(${declared}) ${wrap(`${field.name}(${passed}) ${inner}`)}`,
        variables: { ...variables, [argument.name]: value },
      };
    }),
  );
}

/** Codes of faults that no client may cause, for whatever it sends. */
async function faults(kind: string, { query, variables }: Operation): Promise<string[]> {
  const answer = await ask(server.url, `${kind} ${query}`, variables);
  const found = answer.codes.filter((code) => code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_UNAVAILABLE');
  const longest = Math.max(0, ...answer.errors.map(({ message }) => message.length));
  const wrong = [...found, ...(answer.codes.includes('GRAPHQL_VALIDATION_FAILED') ? [answer.errors[0]!.message] : [])];
  return [...wrong, ...(longest > 1_100 ? [`a message of ${longest} characters`] : [])].map(
    (fault) => `${query.slice(0, 120)} ${JSON.stringify(variables).slice(0, 120)}: ${fault}`,
  );
}

async function allFaults(kind: string, found: readonly Operation[]): Promise<string[]> {
  const wrong: string[] = [];
  for (let i = 0; i < found.length; i += 8) {
    wrong.push(...(await Promise.all(found.slice(i, i + 8).map((operation) => faults(kind, operation)))).flat());
  }
  return wrong;
}

describe.each(Object.entries(hostile))('%s', (_name, text) => {
  it('in any text of a query is never an internal error', async () => {
    const fields = Object.values(schema.getQueryType()!.getFields());
    expect(
      await allFaults(
        'query',
        fields.flatMap((field) => operations(field, text, (inner) => `{ ${inner} }`)),
      ),
    ).toEqual([]);
  });

  it('in any text of a mutation is never an internal error', async () => {
    const fields = Object.values(schema.getMutationType()!.getFields());
    const sent = fields.flatMap((field) =>
      operations(field, text, (inner) => `{ ${inner.replace('{ __typename }', '{ userErrors { code message } }')} }`),
    );
    expect(
      await allFaults(
        'mutation',
        sent.filter(({ query }) => !query.includes('{ delete')),
      ),
    ).toEqual([]);
  });

  it('in any text of a nested field is never an internal error', async () => {
    const types = Object.keys(ids).map((name) => schema.getType(name) as GraphQLObjectType);
    const sent = types
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) =>
          operations(field, text, (inner) => `{ node(id: "${ids[type.name]}") { ... on ${type.name} { ${inner} } } }`),
        ),
      );
    expect(sent.length).toBeGreaterThan(10);
    expect(await allFaults('query', sent)).toEqual([]);
  });

  it('in a subscription is a mistake of the client, and the socket stays open', async () => {
    const client = await SocketClient.connect(server.url);
    const query = 'subscription($jobId: ID!, $after: String) { jobEvents(jobId: $jobId, after: $after) { seq } }';
    client.subscribe('id', query, { jobId: text });
    client.subscribe('cursor', query, { jobId: ids['TrainingRun'], after: text });
    for (const id of ['id', 'cursor']) {
      const message = await client.next((found) => found.id === id);
      expect(codesOf(message)[0]).toMatch(/^(BAD_USER_INPUT|NOT_FOUND|CURSOR_INVALID)$/);
    }
    await client.stillWorks();
    client.close();
  });

  it('in an address is a mistake of the client', async () => {
    const part = encodeURIComponent(text.slice(0, 2_000).replaceAll('\ud800', ''));
    const addresses = [`blobs/${part}`, `images/${part}/thumbnail`, `annotations/${part}/mask`];
    for (const address of addresses) expect((await fetch(`${server.url}/${address}`)).status).toBe(404);
    const body = Buffer.from('no image');
    const headers = { 'content-type': 'image/png' };
    for (const name of [`${part}/1`, `tiles/${part}`]) {
      const response = await fetch(`${server.url}/v1/models/${name}/predict`, { method: 'POST', body, headers });
      expect([404, 414]).toContain(response.status);
    }
    expect((await fetch(`${server.url}/uploads/${part}`, { method: 'PUT', body })).status).toBe(404);
  });
});

describe('a text that cannot be kept', () => {
  const create =
    'mutation($input: CreateDatasetInput!) { createDataset(input: $input) { userErrors { code field message } } }';
  const start =
    'mutation($input: StartTrainingInput!) { startTraining(input: $input) { userErrors { code field message } } }';
  interface Answer {
    createDataset: { userErrors: { code: string; field: string[]; message: string }[] };
    startTraining: Answer['createDataset'];
  }

  it('is a problem of the mutation, which names its place and the rule', async () => {
    const { data } = await ask<Answer>(server.url, create, { input: { name: 'a\0b' } });
    const message = 'input.name contains a NUL character';
    expect(data.createDataset.userErrors).toEqual([{ code: 'TEXT_INVALID', field: ['input', 'name'], message }]);
  });

  it('is told together with all others, those inside the parameters of plugins included', async () => {
    const detector = { name: 'semirest', params: { a: ['b', 'c\0'] } };
    const input = {
      snapshotId: ids['Snapshot'],
      modelName: 'x'.repeat(100_000),
      supervision: 'UNSUPERVISED',
      detector,
    };
    const { data } = await ask<Answer>(server.url, start, { input });
    expect(data.startTraining.userErrors.map(({ field }) => field.join('.')).sort()).toEqual([
      'input.detector.params.a.1',
      'input.modelName',
    ]);
  });

  it.each([
    ['of 100 kB', 'k'.repeat(100_000)],
    ['of 201 characters', 'k'.repeat(201)],
    ['of no character', ''],
  ])('an idempotency key %s is refused, not ignored', async (_name, idempotencyKey) => {
    const input = { snapshotId: ids['Snapshot'], modelName: 'm', supervision: 'UNSUPERVISED', idempotencyKey };
    const { data } = await ask<Answer>(server.url, start, { input });
    expect(data.startTraining.userErrors).toContainEqual(
      expect.objectContaining({ code: 'TEXT_INVALID', field: ['input', 'idempotencyKey'] }),
    );
  });

  it('is a fault of a query', async () => {
    const { codes, errors } = await ask(server.url, '{ dataset(name: "a\\u0000") { id } }');
    expect([codes, errors[0]!.message]).toEqual([['BAD_USER_INPUT'], 'name contains a NUL character']);
  });
});

describe('a name in parts (NFD)', () => {
  const parts = 'Ka\u0308se';
  const whole = 'K\u00e4se';

  it('is the same name as in one piece: it is found, and taken', async () => {
    const create =
      'mutation($input: CreateDatasetInput!) { createDataset(input: $input) { dataset { name } userErrors { code } } }';
    interface Answer {
      createDataset: { dataset: { name: string } | null; userErrors: { code: string }[] };
    }
    const first = await ask<Answer>(server.url, create, { input: { name: parts } });
    expect(first.data.createDataset).toEqual({ dataset: { name: whole }, userErrors: [] });
    const second = await ask<Answer>(server.url, create, { input: { name: whole } });
    expect(second.data.createDataset.userErrors).toEqual([{ code: 'NAME_TAKEN' }]);
    for (const name of [parts, whole]) {
      const { data } = await ask(server.url, 'query($name: String!) { dataset(name: $name) { name } }', { name });
      expect(data).toEqual({ dataset: { name: whole } });
    }
  });
});
