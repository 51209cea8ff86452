import { serverAudits } from 'graphql-http';
import { Extensions, Query, Resolver, Int, Arg } from 'type-graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anybody } from '../../../src/graphql/access/access.js';
import { everything } from '../../../src/access/index.js';
import { FaultError } from '../../../src/shared/errors.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

/** Exists in this test only: resolvers that fail as no resolver should. */
@Resolver()
class FailpointResolver {
  @Extensions(anybody)
  @Query(() => String)
  failpoint(): string {
    throw new Error('relation "secret_table" does not exist at /srv/residua/secret.ts');
  }

  @Extensions(anybody)
  @Query(() => String, { nullable: true })
  fault(@Arg('number', () => Int) number: number): string {
    throw new FaultError('RATE_LIMITED', `Fault number ${number}.`);
  }
}

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, {}, [FailpointResolver]);
});
afterAll(() => server.stop());

interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  codes: string[];
  messages: string[];
  body: GraphqlAnswer;
}

async function send(init: RequestInit & { search?: string } = {}): Promise<Answer> {
  const { search = '', ...request } = init;
  const response = await fetch(`${server.url}/graphql${search}`, { method: 'POST', ...request });
  const body = (await response.json()) as GraphqlAnswer;
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    codes: (body.errors ?? []).map(({ extensions }) => extensions.code),
    messages: (body.errors ?? []).map(({ message }) => message),
    body,
  };
}

const json = { 'content-type': 'application/json' };
const post = (body: unknown, headers: Record<string, string> = json) =>
  send({ headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** What is refused comes within this time, milliseconds. */
const patience = 2_000;

/** What a rule about the operation itself refuses. */
const ruleMilliseconds = 200;

describe('a request that is no GraphQL request', () => {
  it.each([
    ['not JSON', () => post('{ "not JSON'), 400, 'BAD_REQUEST'],
    ['the body null', () => post('null'), 400, 'BAD_REQUEST'],
    ['a number as body', () => post('42'), 400, 'BAD_REQUEST'],
    ['an empty body', () => post(''), 400, 'BAD_REQUEST'],
    ['no query', () => post({}), 400, 'BAD_REQUEST'],
    ['a query that is no text', () => post({ query: { kind: 'Document' } }), 400, 'BAD_REQUEST'],
    ['__proto__ in the body', () => post('{"query":"{__typename}","__proto__":{"polluted":1}}'), 400, 'BAD_REQUEST'],
    ['1.5 MB', () => post({ query: `{ __typename } #${'x'.repeat(1_500_000)}` }), 413, 'PAYLOAD_TOO_LARGE'],
    ['a batch', () => post([{ query: '{ __typename }' }, { query: '{ __typename }' }]), 400, 'BAD_REQUEST'],
    ['text/plain', () => post('{"query":"{__typename}"}', { 'content-type': 'text/plain' }), 400, 'BAD_REQUEST'],
    [
      'a form',
      () => post('query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }),
      400,
      'BAD_REQUEST',
    ],
    [
      'a multipart form',
      () => post('--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
      400,
      'BAD_REQUEST',
    ],
    [
      'text/plain with preflight',
      () => post('{}', { 'content-type': 'text/plain', 'apollo-require-preflight': '1' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'charset utf-7',
      () => post('{}', { 'content-type': 'application/json; charset=utf-7' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['GET without preflight', () => send({ method: 'GET', search: '?query={__typename}' }), 400, 'BAD_REQUEST'],
    [
      'a GET mutation',
      () =>
        send({ method: 'GET', search: '?query=mutation{__typename}', headers: { 'apollo-require-preflight': '1' } }),
      405,
      'BAD_REQUEST',
    ],
    ['PUT', () => send({ method: 'PUT', headers: json, body: '{}' }), 405, 'BAD_REQUEST'],
    ['DELETE', () => send({ method: 'DELETE' }), 405, 'BAD_REQUEST'],
    [
      'a persisted query',
      () => post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } }),
      200,
      'BAD_REQUEST',
    ],
  ] as const)('%s: answered as JSON', async (_name, request, status, code) => {
    const began = performance.now();
    const answer = await request();
    expect(answer).toMatchObject({ status, codes: [code] });
    expect(answer.type).toMatch(/^application\/(graphql-response\+)?json/);
    expect(performance.now() - began).toBeLessThan(patience);
  });

  it.each([
    ['text/plain', '{"query":"{__typename}"}'],
    ['application/x-www-form-urlencoded', 'query={__typename}'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('%s: refused because a page of another site could have sent it', async (type, body) => {
    const { messages } = await post(body, { 'content-type': type });
    expect(messages).toEqual([expect.stringMatching(/cross-site request forgery/)]);
  });

  it('says which methods are allowed', async () => {
    expect((await send({ method: 'PUT', headers: json, body: '{}' })).headers.get('allow')).toBe('GET, POST');
  });

  it('may not be kept', async () => {
    const { headers } = await post({ query: '{ __typename }' });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers an unknown address as JSON', async () => {
    const response = await fetch(`${server.url}/nothing`);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });
});

const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ')} }`;
const deep = (levels: number) => `{ datasets ${'{ nodes { project '.repeat(levels)} { id } ${'} }'.repeat(levels)} }`;
const doublingFragments = (count: number) => {
  const fragments = Array.from({ length: count }, (_, i) => `fragment F${i} on Dataset { ...F${i + 1} ...F${i + 1} }`);
  return `{ dataset(name: "a") { ...F0 } } ${fragments.join(' ')} fragment F${count} on Dataset { id }`;
};

describe('an operation that asks too much', () => {
  it.each([
    ['101 aliases', aliases(101), ['QUERY_TOO_COMPLEX']],
    ['5,000 aliases', aliases(5_000), ['QUERY_TOO_COMPLEX']],
    [
      '101 aliases in fragments',
      `query { ...A ...B } fragment A on Query ${aliases(51)} fragment B on Query ${aliases(50).replace(/a(\d+:)/g, 'b$1')}`,
      ['QUERY_TOO_COMPLEX'],
    ],
    ['depth 2,000', deep(2_000), ['QUERY_TOO_COMPLEX']],
    ['depth 20,000', deep(20_000), ['QUERY_TOO_COMPLEX']],
    [
      '16 levels of fields',
      '{ dataset(name: "a") { images { nodes { dataset { images { nodes { dataset { images { nodes { dataset { images { nodes { dataset { images { nodes { id } } } } } } } } } } } } } } } }',
      ['QUERY_TOO_COMPLEX'],
    ],
    ['10,000 directives', `{ __typename ${'@a '.repeat(10_000)} }`, ['QUERY_TOO_COMPLEX']],
    ['100,000 tokens', `{ ${'a '.repeat(100_000)} }`, ['QUERY_TOO_COMPLEX']],
    ['330 equal fields', `{ ${'server { version } '.repeat(330)} }`, ['QUERY_TOO_COMPLEX']],
    ['fragments that double 30 times', doublingFragments(30), ['QUERY_TOO_COMPLEX']],
    [
      'nested pages',
      '{ datasets(first: 200) { nodes { images(first: 200) { nodes { id } } } } }',
      ['QUERY_TOO_COMPLEX'],
    ],
  ])('%s: refused in time', async (_name, query, codes) => {
    const times: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const began = performance.now();
      const answer = await ask(server.url, query);
      times.push(performance.now() - began);
      expect(answer.codes).toEqual(codes);
    }
    // The fastest: other tests share the processor.
    expect(Math.min(...times)).toBeLessThan(ruleMilliseconds);
  });

  it('has at most five errors, whatever is wrong', async () => {
    const unknownFields = `{ ${Array.from({ length: 60 }, (_, i) => `nothing${i}`).join(' ')} }`;
    expect((await ask(server.url, unknownFields)).errors.length).toBeLessThanOrEqual(5);
    const many = `{ ${Array.from({ length: 20 }, (_, i) => `f${i}: fault(number: ${i})`).join(' ')} }`;
    const answer = await ask(server.url, many);
    expect(answer.codes).toEqual(Array(5).fill('RATE_LIMITED'));
    expect(answer.data).toMatchObject({ f0: null, f19: null });
  });

  it('may have exactly as much as is allowed', async () => {
    expect(await ask(server.url, aliases(100))).toMatchObject({ status: 200, errors: [] });
    expect(await ask(server.url, '{ datasets(first: 200) { nodes { id } } }')).toMatchObject({
      status: 200,
      errors: [],
    });
  });
});

describe('a page size', () => {
  const inVariable = 'query($first: Int) { datasets(first: $first) { nodes { id } } }';
  it.each([
    ['0', '{ datasets(first: 0) { nodes { id } } }', {}],
    ['-1', '{ datasets(first: -1) { nodes { id } } }', {}],
    ['1,000,000', '{ datasets(first: 1000000) { nodes { id } } }', {}],
    ['201 in a variable', inVariable, { first: 201 }],
    ['0 in a variable', inVariable, { first: 0 }],
    ["201 as a variable's default", inVariable.replace('Int', 'Int = 201'), {}],
    ['201 in a fragment', '{ ...A } fragment A on Query { datasets(first: 201) { totalCount } }', {}],
  ])('%s: refused with the allowed range', async (_name, query, variables) => {
    const answer = await ask(server.url, query, variables);
    expect(answer).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] });
    expect(answer.errors[0]!.message).toMatch(/^datasets: first is .*from 1 to 200$/);
  });

  it('counts with its variable', async () => {
    const query = 'query($a: Int, $b: Int) { datasets(first: $a) { nodes { images(first: $b) { nodes { id } } } } }';
    expect((await ask(server.url, query, { a: 200, b: 200 })).codes).toEqual(['QUERY_TOO_COMPLEX']);
    expect((await ask(server.url, query, { a: 10, b: 10 })).codes).toEqual([]);
  });

  it('may be left out, or null', async () => {
    expect((await ask(server.url, inVariable, {})).errors).toEqual([]);
    expect((await ask(server.url, inVariable, { first: null })).errors).toEqual([]);
  });

  it.each([
    [
      'first with last',
      '{ datasets(first: 1, last: 1) { totalCount } }',
      /^datasets: first is 1 and last is 1; .*from 1 to 200$/,
    ],
    ['a last of 0', '{ datasets(last: 0) { totalCount } }', /^datasets: last is 0; .*from 1 to 200$/],
    [
      'a last of 201',
      'query($last: Int = 201) { datasets(last: $last) { totalCount } }',
      /^datasets: last is 201; .*from 1 to 200$/,
    ],
    [
      'a nested last of 1,000,000',
      '{ datasets { nodes { images(last: 1000000) { totalCount } } } }',
      /^images: last is 1000000; .*from 1 to 200$/,
    ],
  ])('%s: refused with the allowed range', async (_name, query, message) => {
    const answer = await ask(server.url, query);
    expect(answer).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] });
    expect(answer.errors[0]!.message).toMatch(message);
  });

  it('counts as much from the end', async () => {
    expect(
      (await ask(server.url, '{ datasets(last: 200) { nodes { images(last: 200) { nodes { id } } } } }')).codes,
    ).toEqual(['QUERY_TOO_COMPLEX']);
  });
});

describe('an operation that is wrong', () => {
  const deepParams = (levels: number): unknown => (levels === 0 ? 1 : { a: deepParams(levels - 1) });
  const start =
    'mutation($input: StartTrainingInput!) { startTraining(input: $input) { userErrors { code message } } }';
  const training = { snapshotId: 'x', modelName: 'm', supervision: 'UNSUPERVISED' };
  it.each([
    ['syntax', '{', {}, ['GRAPHQL_PARSE_FAILED']],
    [
      'circular fragments',
      '{ dataset(name: "a") { ...A } } fragment A on Dataset { ...B } fragment B on Dataset { ...A }',
      {},
      ['GRAPHQL_VALIDATION_FAILED'],
    ],
    [
      'two operations without a name',
      'query A { __typename } query B { __typename }',
      {},
      ['OPERATION_RESOLUTION_FAILURE'],
    ],
    ['an unknown enum value', '{ jobs(kind: TRAINNING) { totalCount } }', {}, ['GRAPHQL_VALIDATION_FAILED']],
    ['SQL for an enum', '{ jobs(state: "x\'; DROP TABLE job; --") { totalCount } }', {}, ['GRAPHQL_VALIDATION_FAILED']],
    ['an Int out of range', '{ datasets(first: 99999999999) { totalCount } }', {}, ['GRAPHQL_VALIDATION_FAILED']],
    [
      'an enum in a variable',
      'query($k: JobKind) { jobs(kind: $k) { totalCount } }',
      { k: 'TRAINNING' },
      ['BAD_USER_INPUT'],
    ],
    [
      'an Int in a variable',
      'query($f: Int) { datasets(first: $f) { totalCount } }',
      { f: 99999999999 },
      ['BAD_USER_INPUT'],
    ],
    [
      'params 50 levels deep',
      start,
      { input: { ...training, detector: { name: 'semirest', params: deepParams(50) } } },
      ['BAD_USER_INPUT'],
    ],
    [
      'params 2,000 levels deep',
      start,
      { input: { ...training, detector: { name: 'x', params: deepParams(2_000) } } },
      ['BAD_USER_INPUT'],
    ],
    ['no id', '{ node(id: "1 OR 1=1") { id } }', {}, ['BAD_USER_INPUT']],
    ['an id of 10 kB', `{ node(id: "${'x'.repeat(10_000)}") { id } }`, {}, ['BAD_USER_INPUT']],
    ['a cursor that is none', '{ datasets(after: "nonsense") { totalCount } }', {}, ['CURSOR_INVALID']],
    ['a subscription over HTTP', 'subscription { jobEvents(jobId: "x") { seq } }', {}, ['BAD_REQUEST']],
    ['201 ids', `{ nodes(ids: [${'"x" '.repeat(201)}]) { id } }`, {}, ['BAD_USER_INPUT']],
  ])('%s', async (_name, query, variables, codes) => {
    const answer = await ask(server.url, query, variables);
    expect(answer.codes).toEqual(codes);
    for (const { message } of answer.errors) expect(message.length).toBeLessThan(1_100);
  });

  it('params 100,000 levels deep', async () => {
    const params = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const variables = JSON.stringify({ input: { ...training, detector: { name: 'x', params: 0 } } });
    const began = performance.now();
    const body = `{"query":${JSON.stringify(start)},"variables":${variables.replace('"params":0', `"params":${params}`)}}`;
    const { codes } = await post(body);
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(performance.now() - began).toBeLessThan(patience);
    expect(await ask(server.url, '{ __typename }')).toMatchObject({ status: 200 });
  });

  // No input is a DateTime: `2026-13-45` can only come where a text or number is expected.
  it('has no input that takes a point in time', async () => {
    const { data } = await ask<{
      __schema: { types: { name: string; kind: string; inputFields: { type: unknown }[] | null }[] };
    }>(
      server.url,
      '{ __schema { types { name kind inputFields { type { name ofType { name ofType { name } } } } fields { args { type { name ofType { name } } } } } } }',
    );
    // Old lines of logs are found by their time alone.
    const types = data.__schema.types.filter(
      ({ name }) => !['AuditEventFilter', 'LoggedPredictionFilter', 'MonitoringFilter'].includes(name),
    );
    const inputs = types.map(({ inputFields }) => inputFields);
    expect(JSON.stringify(inputs)).toContain('"ID"');
    expect(JSON.stringify(inputs)).not.toContain('DateTime');
    expect(JSON.stringify(types).match(/"args":\[[^\]]*DateTime/)).toBeNull();
  });

  it.each([
    ['an enum typo', '{ jobs(kind: TRAINNING) { totalCount } }', {}, /"TRAINNING".*"JobKind"/],
    ['an enum typo in a variable', 'query($k: JobKind) { jobs(kind: $k) { totalCount } }', { k: 'TRAINNING' }, /\$k/],
    ['an Int out of range', '{ datasets(first: 99999999999) { totalCount } }', {}, /99999999999/],
    [
      'an Int out of range in an input',
      start,
      { input: { ...training, settings: { imageSize: 99999999999 } } },
      /\$input.*input\.settings\.imageSize.*99999999999/,
    ],
    ['a time that is none', start, { input: { ...training, modelName: { at: '2026-13-45' } } }, /input\.modelName/],
  ])('%s: says where', async (_name, query, variables, message) => {
    expect((await ask(server.url, query, variables)).errors.map((error) => error.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it.each([
    ['orderBy', '{ leaderboard(snapshotId: "x", orderBy: "pixelAp; DROP TABLE job") { supervision } }'],
    ['orderBy without quotes', '{ leaderboard(snapshotId: "x", orderBy: pixelAp_DESC) { supervision } }'],
    ['a filter', `{ dataset(name: "a") { images(filter: { label: "x' OR 1=1" }) { totalCount } } }`],
    ['a filter that does not exist', '{ dataset(name: "a") { images(filter: { sql: "1=1" }) { totalCount } } }'],
  ])('SQL in %s', async (_name, query) => {
    expect((await ask(server.url, query)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('takes SQL in a text as a text', async () => {
    const filter = { defectType: "x'; DROP TABLE image; --" };
    const query = 'query($f: ImageFilter) { datasets { nodes { images(filter: $f) { totalCount } } } }';
    expect((await ask(server.url, query, { f: filter })).errors).toEqual([]);
    expect((await ask(server.url, '{ datasets { nodes { images { totalCount } } } }')).errors).toEqual([]);
  });

  it('refuses the id of another type, by name', async () => {
    const { id } = await server.services.datasets.create(everything, { name: 'of another type' });
    const dataset = encodeGlobalId('Dataset', id);
    const { data } = await ask<{ startTraining: { userErrors: { code: string; message: string }[] } }>(
      server.url,
      start,
      { input: { ...training, snapshotId: dataset } },
    );
    expect(data.startTraining.userErrors).toMatchObject([
      { code: 'NOT_FOUND', message: expect.stringMatching(/Snapshot/i) as string },
    ]);
    const disguised = await ask(server.url, `{ node(id: "${encodeGlobalId('Snapshot', id)}") { id } }`);
    expect(disguised).toMatchObject({ data: { node: null }, errors: [] });
  });

  it('names an unknown operation', async () => {
    const { codes } = await post({ query: 'query A { __typename }', operationName: 'B' });
    expect(codes).toEqual(['OPERATION_RESOLUTION_FAILURE']);
  });

  it('names the path of a value that is nested too deep', async () => {
    const input = { ...training, detector: { name: 'semirest', params: deepParams(50) } };
    expect((await ask(server.url, start, { input })).errors[0]!.message).toContain('$input.detector.params.a');
  });

  it('gets no hint at the schema', async () => {
    for (const query of [
      '{ dataset(nam: "a") { id } }',
      '{ datasetz { id } }',
      '{ jobs(kind: TRAINNING) { totalCount } }',
    ]) {
      const { errors } = await ask(server.url, query);
      expect(errors.length).toBeGreaterThan(0);
      expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    }
  });

  it('may use names of the object prototype as aliases', async () => {
    const { data, errors } = await ask(
      server.url,
      '{ __proto__: __typename constructor: __typename toString: __typename }',
    );
    expect(errors).toEqual([]);
    expect(Object.entries(data)).toEqual(
      expect.arrayContaining([
        ['constructor', 'Query'],
        ['toString', 'Query'],
      ]),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('an unexpected error', () => {
  it('is masked; its reference is in the log with the cause', async () => {
    const { errors, codes } = await ask(server.url, '{ failpoint }');
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
    const reference = /^Internal error\. Reference: ([0-9a-f-]{36})$/.exec(errors[0]!.message)?.[1];
    expect(reference).toBeDefined();
    expect(JSON.stringify(errors)).not.toMatch(/secret|stack/);
    const line = server.logged.find((entry) => entry['reference'] === reference);
    expect(line).toMatchObject({
      path: 'failpoint',
      err: { message: expect.stringContaining('secret_table') as string },
    });
  });
});

describe('a server with a token', () => {
  let guarded: TestServer;
  const apiToken = 'a-token-of-this-test';
  beforeAll(async () => {
    guarded = await startTestServer(database.dataSource, { apiToken, introspection: false });
  });
  afterAll(() => guarded.stop());
  const withToken = (authorization?: string, query = '{ server { version } }') =>
    fetch(`${guarded.url}/graphql`, {
      method: 'POST',
      headers: { ...json, ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ query }),
    });

  it.each([[undefined], ['Bearer wrong'], [apiToken], ['Basic YTpi']])('refuses %s', async (authorization) => {
    const response = await withToken(authorization);
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  it('refuses to tell strangers the schema', async () => {
    const response = await withToken(undefined, '{ __schema { types { name } } }');
    const answer = (await response.json()) as GraphqlAnswer;
    expect([response.status, answer.data ?? null, answer.errors?.map(({ extensions }) => extensions.code)]).toEqual([
      401,
      null,
      ['UNAUTHENTICATED'],
    ]);
  });

  it('refuses files and uploads too, but says that it lives', async () => {
    for (const address of ['/blobs/a', '/images/a/thumbnail', '/annotations/a/mask']) {
      expect((await fetch(guarded.url + address)).status).toBe(401);
    }
    expect((await fetch(`${guarded.url}/uploads/a`, { method: 'PUT', body: 'x' })).status).toBe(401);
    expect((await fetch(`${guarded.url}/livez`)).status).toBe(200);
  });

  it('takes the token, and shows no schema where that is switched off', async () => {
    expect(await (await withToken(`Bearer ${apiToken}`)).json()).toMatchObject({ data: { server: {} } });
    const introspection = (await (
      await withToken(`Bearer ${apiToken}`, '{ __schema { types { name } } }')
    ).json()) as GraphqlAnswer;
    expect(introspection.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await fetch(`${guarded.url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(401);
  });
});

describe('the GraphQL over HTTP audit', () => {
  const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

  it('has 61 checks', () => {
    expect(audits).toHaveLength(61);
  });

  it('finds no error and nothing to warn of', async () => {
    const results = await Promise.all(audits.map((audit) => audit.fn()));
    const faults = results.filter(({ status }) => status === 'error' || status === 'warn');
    expect(faults.map(({ id, name, status }) => `${status} ${id} ${name}`)).toEqual([]);
  });
});

describe('the health checks', () => {
  it('say that process and database answer', async () => {
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const checks = { database: 'ok', migrations: 'ok', notifications: 'ok', process: 'ok' };
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ok', checks });
  });
});
