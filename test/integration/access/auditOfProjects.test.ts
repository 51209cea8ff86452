import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, type Role } from '../../../src/access/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import { from, KnownPeople } from '../../support/knownPeople.js';
import { RegistrySetting } from '../graphql/registrySetting.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
let people: KnownPeople;
let registry: RegistrySetting;
/** The project that is looked at, and one that must not see its lines. */
let [own, other] = ['', ''];

beforeAll(async () => {
  people = new KnownPeople(database.dataSource);
  server = await startTestServer(database.dataSource, {}, [], people);
  own = (await server.services.projects.create({ name: 'own' })).id;
  other = (await server.services.projects.create({ name: 'other' })).id;
  const scored = [{ filename: 'a.png', label: 'NORMAL', score: 0.1 }] as const;
  registry = await new RegistrySetting(database.dataSource, server.services).prepare('tiles', scored, own);
  await person('owner', own, 'OWNER');
  await person('viewer', own, 'VIEWER');
  await person('stranger', other, 'OWNER');
});
afterAll(() => server.stop());

const person = (name: string, projectId: string, role: Role) => people.person(name, { [projectId]: role });

async function ask(who: string, query: string, variables: object): Promise<GraphqlAnswer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...from(who) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

/** @returns codes of the answer. */
async function change(who: string, field: string, type: string, input: object): Promise<string[]> {
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`;
  const { data, errors } = await ask(who, query, { input });
  expect(errors).toBeUndefined();
  return (data![field] as { userErrors: { code: string }[] }).userErrors.map(({ code }) => code);
}

interface Line {
  action: string;
  outcome: string;
  principalName: string | null;
  projectId: string | null;
  details: { before?: unknown; after?: unknown; problems?: string[] };
}

/** What somebody reads about a project, newest first. */
async function linesOf(who: string, projectId: string): Promise<Line[]> {
  const query = `query ($projectId: ID!) { auditEvents(projectId: $projectId, first: 50) {
    nodes { action outcome principalName projectId details } } }`;
  const { data } = await ask(who, query, { projectId: encodeGlobalId('Project', projectId) });
  return (data!['auditEvents'] as { nodes: Line[] }).nodes;
}

const newest = async () => (await linesOf('owner', own))[0]!;

describe('a line about a project', () => {
  it('has the project of what was named, whoever asked, and of what chose it by itself', async () => {
    const datasetId = encodeGlobalId('Dataset', registry.datasetId);
    expect(await change('owner', 'createSnapshot', 'CreateSnapshotInput', { datasetId })).toEqual([]);
    expect(await newest()).toMatchObject({ action: 'createSnapshot', projectId: encodeGlobalId('Project', own) });
    expect(await change('owner', 'createDataset', 'CreateDatasetInput', { name: 'bolts' })).toEqual([]);
    expect(await newest()).toMatchObject({ action: 'createDataset', principalName: 'owner' });
    expect(await linesOf('stranger', other)).toEqual([]);
  });

  it('tells of those who were refused: of members, and of strangers that a thing was not there for', async () => {
    const id = encodeGlobalId('Dataset', registry.datasetId);
    expect(await change('viewer', 'deleteDataset', 'DeleteDatasetInput', { id })).toEqual(['FORBIDDEN']);
    expect(await newest()).toMatchObject({ outcome: 'REFUSED', details: { problems: ['FORBIDDEN'] } });
    expect(await change('stranger', 'deleteDataset', 'DeleteDatasetInput', { id })).toEqual(['NOT_FOUND']);
    expect(await newest()).toMatchObject({ principalName: 'stranger', details: { problems: ['NOT_FOUND'] } });
    people.service('plc', { permissions: ['PREDICT'], projects: [own] });
    await ask('plc', 'query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(await newest()).toMatchObject({ action: 'node', outcome: 'REFUSED' });
    expect(await linesOf('stranger', other)).toEqual([]);
  });

  it('is read by those alone who may AUDIT there', async () => {
    expect((await linesOf('owner', own)).length).toBeGreaterThan(0);
    for (const who of ['viewer', 'stranger']) {
      const query = `query ($projectId: ID!) { auditEvents(projectId: $projectId) { totalCount } }`;
      const { data, errors } = await ask(who, query, { projectId: encodeGlobalId('Project', own) });
      expect(data?.['auditEvents'] ?? errors![0]!.extensions.code, who).toEqual(
        who === 'viewer' ? 'FORBIDDEN' : { totalCount: 0 },
      );
    }
  });
});

describe('what was before and is after', () => {
  const projectId = () => encodeGlobalId('Project', own);

  it.each(['name', 'engineersMayRelease'] as const)('is told of the setting %s of a project', async (setting) => {
    const input = { id: projectId(), name: 'own', engineersMayRelease: false };
    const changed = { ...input, [setting]: setting === 'name' ? 'renamed' : true };
    expect(await change('owner', 'updateProject', 'UpdateProjectInput', changed)).toEqual([]);
    const [before, after] = [input, changed].map(({ name, engineersMayRelease }) => ({ name, engineersMayRelease }));
    expect((await newest()).details).toMatchObject({ before: { [setting]: before![setting] }, after });
    expect(await change('owner', 'updateProject', 'UpdateProjectInput', input)).toEqual([]);
    expect((await newest()).details).toMatchObject({ before: after, after: before });
  });

  it('is told of a membership: that it began, became another and ended', async () => {
    const { id } = await people.person('coming', {});
    const who = { projectId: projectId(), principalId: encodeGlobalId('Principal', id) };
    const invited = { projectId: projectId(), email: 'coming@example.com', role: 'VIEWER' };
    await change('owner', 'inviteMember', 'InviteMemberInput', invited);
    await change('owner', 'setMemberRole', 'SetMemberRoleInput', { ...who, role: 'ENGINEER' });
    await change('owner', 'removeMember', 'RemoveMemberInput', who);
    const lines = (await linesOf('owner', own)).slice(0, 3).reverse();
    expect(lines.map(({ details: { before, after } }) => ({ before, after }))).toEqual([
      { before: null, after: { role: 'VIEWER' } },
      { before: { role: 'VIEWER' }, after: { role: 'ENGINEER' } },
      { before: { role: 'ENGINEER' }, after: null },
    ]);
  });

  it('is told of aliases and thresholds', async () => {
    const [first, second] = [await registry.version('tiles'), await registry.version('tiles')];
    const of = ({ id }: { id: string }) => ({ modelVersionId: encodeGlobalId('ModelVersion', id) });
    for (const version of [first, second]) {
      expect(
        await change('owner', 'setModelAlias', 'SetModelAliasInput', { ...of(version), alias: 'champion' }),
      ).toEqual([]);
    }
    expect((await newest()).details).toMatchObject({
      before: { version: first.version },
      after: { version: second.version },
    });
    for (const imageThreshold of [0.5, 0.75]) {
      const policy = { ...of(second), kind: 'MANUAL', imageThreshold };
      expect(await change('owner', 'setThresholdPolicy', 'SetThresholdPolicyInput', policy)).toEqual([]);
    }
    expect((await newest()).details).toMatchObject({
      before: { imageThreshold: 0.5, kind: 'MANUAL' },
      after: { imageThreshold: 0.75 },
    });
  });

  it('is told of tokens, without their secrets', async () => {
    const create = `mutation ($input: CreateTokenInput!) { createToken(input: $input) { token { tokenId } secret } }`;
    const input = { name: 'camera', permissions: ['CURATE'], serviceOf: projectId() };
    const { data } = await ask('owner', create, { input });
    const made = data!['createToken'] as { token: { tokenId: string }; secret: string };
    expect(await newest()).toMatchObject({ details: { before: null, after: { permissions: ['CURATE'] } } });
    await change('owner', 'revokeToken', 'RevokeTokenInput', { tokenId: made.token.tokenId });
    expect((await newest()).details).toMatchObject({
      before: { revokedAt: null },
      after: { revokedAt: expect.stringMatching(/^2/) as string },
    });
    const secret = await server.services.accessTokens.principalOf(made.secret).catch((error: Error) => error);
    expect(secret).toMatchObject({ code: 'TOKEN_REVOKED' });
    const [digest] = await database.dataSource.query<{ secret: string }[]>(
      'SELECT secret_digest AS secret FROM access_token',
    );
    const text = JSON.stringify(await linesOf('owner', own));
    expect(text).not.toContain(made.secret.slice(36, 100));
    expect(text).not.toContain(digest!.secret);
  });
});

describe('a change of one row', () => {
  it.each([
    ['archiveProject', 'ArchiveProjectInput', () => ({ id: encodeGlobalId('Project', own), archived: false })],
    [
      'tagSnapshot',
      'TagSnapshotInput',
      () => ({ id: encodeGlobalId('Snapshot', registry.snapshotId), tag: 'in one transaction' }),
    ],
    [
      'setModelVersionTags',
      'SetModelVersionTagsInput',
      async () => ({
        modelVersionId: encodeGlobalId('ModelVersion', (await registry.version('tiles')).id),
        tags: ['in one transaction'],
      }),
    ],
  ])('by %s is committed together with its line', async (field, type, input) => {
    expect(await change('owner', field, type, await input())).toEqual([]);
    const [line] = await database.dataSource.query<{ changed: boolean }[]>(
      `SELECT EXISTS (SELECT FROM project WHERE xmin = e.xmin UNION ALL SELECT FROM snapshot WHERE xmin = e.xmin
         UNION ALL SELECT FROM model_version WHERE xmin = e.xmin) AS changed
       FROM audit_event e WHERE action = $1 ORDER BY seq DESC LIMIT 1`,
      [field],
    );
    expect(line).toEqual({ changed: true });
    expect(await server.services.projects.byIds(everything, [own])).toHaveLength(1);
  });
});
