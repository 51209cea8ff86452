import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { Extensions, Mutation, Resolver } from 'type-graphql';
import { writeToken } from '../../../src/access/index.js';
import { AuditEventEntity, ProjectEntity, type AuditOutcome } from '../../../src/database/entities/index.js';
import { createDataSource, noteForAudit } from '../../../src/database/index.js';
import { anybody } from '../../../src/graphql/access/access.js';
import { AuditEventsService } from '../../../src/services/audit-events.service.js';
import { sealAuditEvents, verifyAuditEvents } from '../../../src/services/audit/auditSeals.js';
import { createTestDatabase, useDatabase, type TestDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from '../graphql/testServer.js';

/** Exists in this test only. */
@Resolver()
class FailingResolver {
  @Extensions(anybody)
  @Mutation(() => String)
  failAtOnce(): string {
    throw new Error('a fault of the server');
  }
}

const database = useDatabase();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, {}, [FailingResolver]);
});
afterAll(() => server.stop());

const createProject = (name: string) =>
  ask(
    server.url,
    `mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } userErrors { code } } }`,
    {
      input: { name },
    },
  );

function lines(where: Partial<AuditEventEntity> = {}): Promise<AuditEventEntity[]> {
  return database.dataSource.manager.find(AuditEventEntity, { where: where as object, order: { seq: 'ASC' } });
}

const nobody = { principal: undefined, via: 'CLI', address: undefined, requestId: undefined };

describe('the audit log', () => {
  it('has a line of a mutation: who, how, from where, what, and how it went', async () => {
    await createProject('audited');
    const [line] = (await lines({ action: 'createProject' })).slice(-1);
    expect(line).toMatchObject({
      ...{ via: 'OPEN', address: '127.0.0.1', outcome: 'DONE', details: { input: { name: 'audited' } } },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(line!.principalId).toBe('00000000-0000-7000-8000-000000000001');
  });

  it('writes the line in the transaction of the change', async () => {
    await createProject('in one transaction');
    const rows = await database.dataSource.query<{ same: boolean }[]>(
      `SELECT p.xmin = e.xmin AS same FROM project p, audit_event e
       WHERE p.name = 'in one transaction' AND e.details->'input'->>'name' = p.name`,
    );
    expect(rows).toEqual([{ same: true }]);
  });

  it('says of a refusal which codes it was refused with, and of a fault that it was one', async () => {
    await createProject('twice');
    await createProject('twice');
    expect((await lines({ action: 'createProject', outcome: 'REFUSED' })).at(-1)!.details).toMatchObject({
      problems: ['NAME_TAKEN'],
    });
    await ask(server.url, 'mutation { failAtOnce }');
    expect((await lines({ action: 'failAtOnce' })).map(({ outcome }) => outcome)).toEqual(['FAILED']);
  });

  it('has no line of a change that was taken back, but one of its failure', async () => {
    const { auditEvents } = server.services;
    const action = { action: 'takenBack' };
    const work = () =>
      database.dataSource.transaction(async (manager) => {
        await manager.insert(ProjectEntity, { id: uuid(), name: 'taken back' });
        throw new Error('no');
      });
    await expect(auditEvents.audited(nobody, action, work)).rejects.toThrow('no');
    expect((await lines(action)).map(({ outcome }) => outcome)).toEqual(['FAILED']);
  });

  it('has one line of an action with several transactions and savepoints, in the first that changes something', async () => {
    const action = { action: 'severalSteps' };
    await server.services.auditEvents.audited(nobody, action, async () => {
      await database.dataSource.transaction((manager) => manager.query('SELECT 1'));
      await database.dataSource.transaction(async (manager) => {
        noteForAudit({ details: { step: 'first' } });
        await manager.transaction((inner) => inner.insert(ProjectEntity, { id: uuid(), name: 'first step' }));
      });
      noteForAudit({ details: { step: 'second' } });
      await database.dataSource.manager.save(
        database.dataSource.manager.create(ProjectEntity, { id: uuid(), name: 'second step' }),
      );
    });
    expect(await lines(action)).toMatchObject([{ outcome: 'DONE', via: 'CLI', details: { step: 'first' } }]);
  });

  it('keeps no secret and no picture of an input', async () => {
    const secret = writeToken({ id: uuid(), secret: '0'.repeat(64) });
    const input = {
      password: 'correct horse',
      nested: { apiToken: secret },
      mask: 'x'.repeat(100_000),
      many: Array.from({ length: 500 }, (_, i) => i),
    };
    await server.services.auditEvents.audited(nobody, { action: 'withSecrets', input }, () => Promise.resolve());
    const text = JSON.stringify(await lines({ action: 'withSecrets' }));
    expect(text).not.toContain('correct horse');
    expect(text).not.toContain(secret);
    expect(text.length).toBeLessThan(2_000);
  });

  it.each([
    'UPDATE audit_event SET action = action',
    'DELETE FROM audit_event',
    'UPDATE audit_seal SET events = 0',
    'DELETE FROM audit_seal',
  ])('only grows: %s is refused', async (statement) => {
    await createProject(uuid());
    await sealAuditEvents(database.dataSource);
    await expect(database.dataSource.query(statement)).rejects.toThrow('only ever added');
  });

  it('is read newest first, filtered, and only for the projects in scope', async () => {
    const { auditEvents } = server.services;
    const [mine, foreign] = [uuid(), uuid()];
    for (const projectId of [mine, foreign]) {
      await auditEvents.record(nobody, { action: 'scoped', projectId }, 'DONE');
    }
    const page = (scope: Parameters<typeof auditEvents.page>[0], outcome?: AuditOutcome) =>
      auditEvents.page(scope, undefined, { action: 'scoped', outcome }, { first: 10 });
    expect((await page({ projects: [mine] })).nodes.map(({ projectId }) => projectId)).toEqual([mine]);
    expect((await page('everything')).nodes.map(({ projectId }) => projectId)).toEqual([foreign, mine]);
    expect((await page('everything', 'REFUSED')).nodes).toEqual([]);
    const { data } = await ask<{
      auditEvents: { nodes: object[]; totalCount: number; pageInfo: { endCursor: string } };
    }>(
      server.url,
      `{ auditEvents(first: 1, filter: { action: "scoped", outcome: DONE }) { nodes { seq action via principalName outcome } totalCount pageInfo { endCursor } } }`,
    );
    expect(data.auditEvents).toMatchObject({
      nodes: [{ action: 'scoped', via: 'CLI', outcome: 'DONE' }],
      totalCount: 2,
    });
    const next = await ask<typeof data>(
      server.url,
      `query ($after: String!) { auditEvents(first: 9, after: $after, filter: { action: "scoped", outcome: DONE }) { nodes { seq } totalCount pageInfo { endCursor } } }`,
      { after: data.auditEvents.pageInfo.endCursor },
    );
    expect(next.data.auditEvents.nodes).toHaveLength(1);
  });
});

describe('seals', () => {
  let own: TestDatabase;
  let log: AuditEventsService;
  beforeAll(async () => {
    own = await createTestDatabase();
    log = new AuditEventsService(own.dataSource);
    for (let batch = 0; batch < 3; batch++) {
      // A number that nobody has, as a change that was taken back leaves.
      if (batch === 2) await own.dataSource.query(`SELECT nextval('audit_event_seq')`);
      for (let i = 0; i < 4; i++) await log.record(nobody, { action: `action ${batch}.${i}` }, 'DONE');
      await sealAuditEvents(own.dataSource);
    }
    await log.record(nobody, { action: 'behind the last seal' }, 'DONE');
  });
  afterAll(() => own.drop());

  /** Does what somebody with the rights of an owner could do to the tables, looks, and takes it back. */
  async function after(...statements: string[]): Promise<string[]> {
    const runner = own.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      await runner.query(`SET LOCAL session_replication_role = 'replica'`);
      for (const statement of statements) await runner.query(statement);
      await runner.commitTransaction();
      return (await verifyAuditEvents(own.dataSource)).problems;
    } finally {
      await runner.release();
    }
  }

  it('hold for what nobody touched, whatever the zone of the connection', async () => {
    const report = await verifyAuditEvents(own.dataSource);
    expect(report).toMatchObject({ events: 13, seals: 3, unsealed: 1, problems: [] });
    const elsewhere = await createDataSource(`${own.url}?options=-c%20TimeZone=Asia/Tokyo`, {
      poolSize: 1,
    }).initialize();
    expect((await verifyAuditEvents(elsewhere)).problems).toEqual([]);
    await elsewhere.destroy();
  });

  it('show a line that was put in, though no trigger stands against it: before all others, and where a number is missing', async () => {
    const put = (seq: number) =>
      own.dataSource.query(
        `INSERT INTO audit_event (seq, at, action, outcome) VALUES (${seq}, now(), 'put in', 'DONE')`,
      );
    await put(0);
    expect((await verifyAuditEvents(own.dataSource)).problems).toEqual(['1 line stands before all that was sealed']);
    expect(await after('DELETE FROM audit_event WHERE seq = 0')).toEqual([]);
    await put(9);
    expect((await verifyAuditEvents(own.dataSource)).problems).toEqual(['seal 3: lines 9 to 13 were 4, and are 5']);
    expect(await after('DELETE FROM audit_event WHERE seq = 9')).toEqual([]);
  });

  it('show a line that was changed, and one that was taken away', async () => {
    expect(await after(`UPDATE audit_event SET action = 'nothing' WHERE seq = 6`)).toEqual([
      expect.stringContaining('seal 2: lines 5 to 8 are not what was sealed'),
    ]);
    expect(await after(`UPDATE audit_event SET action = 'action 1.1' WHERE seq = 6`)).toEqual([]);
    expect(await after('DELETE FROM audit_event WHERE seq = 2')).toContainEqual(
      expect.stringContaining('were 4, and are 3'),
    );
  });

  it('show a seal that was taken away', async () => {
    expect(await after('DELETE FROM audit_seal WHERE number = 2')).toContainEqual(
      expect.stringContaining('seals 2 to 2 are missing'),
    );
  });

  it('wait for a line that has its number and is not committed yet', async () => {
    const { dataSource } = await createTestDatabase();
    const early = dataSource.createQueryRunner();
    await early.startTransaction();
    const insert = `INSERT INTO audit_event (action, outcome) VALUES ('early', 'DONE')`;
    await early.query(insert);
    await dataSource.query(insert);
    const sealing = sealAuditEvents(dataSource);
    await early.commitTransaction();
    await early.release();
    expect(await sealing).toMatchObject({ lastSeq: 2, events: 2 });
    await dataSource.destroy();
  });

  it('are made once when several processes look at the same time', async () => {
    const { dataSource } = await createTestDatabase();
    await dataSource.query(`INSERT INTO audit_event (action, outcome) VALUES ('one', 'DONE')`);
    const made = await Promise.all([1, 2, 3].map(() => sealAuditEvents(dataSource)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect((await verifyAuditEvents(dataSource)).problems).toEqual([]);
    await dataSource.destroy();
  });
});
