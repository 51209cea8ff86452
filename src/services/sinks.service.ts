import type { DataSource, EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  LoggedPredictionHeadEntity,
  ProjectEntity,
  SinkDeliveryEntity,
  SinkEntity,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import type { WorkerCalls } from '../jobs/index.js';
import type { PluginChoice } from '../plugin-host/index.js';
import { collectProblems, notFound, nothingWithId, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import { logDelivery, type KeptAttempt } from './deliveries/deliveryLog.js';
import { goingOn, pausing } from './deliveries/targetStates.js';
import { nameProblems, textFault } from './names.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { PluginParams } from './pluginParams.js';
import { policiesOf } from './prediction-log/logPolicy.js';
import { inScope, liesIn, rowsIn } from './scoped.js';
import { outcomeOf } from './sinks/outcomeOf.js';
import type { SinkConnections } from './sinks/sinkConnections.js';
import { testVerdict } from './sinks/verdictOf.js';

/** Sinks of one project, at most. */
export const mostSinks = 20;

/** Stations that one sink can be bound to, at most. */
const mostStations = 200;

/** Characters of a secret. */
const longestSecret = 4_000;

/** Seconds between heartbeats, and where nobody says it. */
const heartbeatBounds = { least: 1, most: 3_600 };
const usualHeartbeat = 5;

/** Seconds until a worker has told what came of a test. */
const testSeconds = 30;

/** What a sink is like; what is undefined or null in a change stays. */
export interface SinkSettings {
  name?: string | null | undefined;
  plugin?: PluginChoice | null | undefined;
  /** An empty one takes it away. */
  secret?: string | null | undefined;
  /** What must have asked; an empty list stands for all. */
  stations?: readonly string[] | null | undefined;
  /** 0 for none. */
  heartbeatSeconds?: number | null | undefined;
  isPaused?: boolean | null | undefined;
}

/** A sink to make. */
export interface NewSink extends SinkSettings {
  /** UUID. */
  projectId: string;
  name: string;
  plugin: PluginChoice;
}

interface Dependencies {
  dataSource: DataSource;
  /** Finds plugins and checks parameters, without running code of outside plugins here. */
  params: PluginParams;
  calls: Pick<WorkerCalls, 'call'>;
}

/** Where verdicts of a project go. */
export class SinksService {
  constructor(private readonly parts: Dependencies) {}

  /** Oldest first. @throws FaultError NOT_FOUND for the project. */
  async page(scope: AccessScope, projectId: string, request: PageRequest): Promise<Page<SinkEntity>> {
    if (!(await this.hasProject(scope, projectId))) throw nothingWithId('project');
    return paginate(inScope(this.sinks.createQueryBuilder('sink').where({ projectId }), scope), {
      connection: `sinks:${projectId}`,
      alias: 'sink',
      keys: [{ column: 'id', direction: 'ASC' }],
      request,
    });
  }

  /** Attempts to tell a sink something, newest first. */
  deliveries(scope: AccessScope, sinkId: string, request: PageRequest): Promise<Page<SinkDeliveryEntity>> {
    const rows = this.parts.dataSource
      .getRepository(SinkDeliveryEntity)
      .createQueryBuilder('delivery')
      .where({ sinkId });
    return paginate(inScope(rows, scope), {
      connection: `sink-deliveries:${sinkId}`,
      alias: 'delivery',
      keys: [{ column: 'id', direction: 'DESC' }],
      request,
    });
  }

  /** Verdicts that a sink has not been told yet. */
  async waiting({ projectId, lastSeq }: SinkEntity): Promise<number> {
    return (await lastSeqOf(this.parts.dataSource.manager, projectId)) - lastSeq;
  }

  /** Whether a plugin touches what lies on the server: setting it up is for whoever runs that. */
  isOnServer(name: string): boolean {
    return this.parts.params.isOnServer('sink', name);
  }

  /**
   * Makes a sink that is told of the predictions from now on.
   * @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT, CONFIG_INVALID, PLUGIN_*; CONFLICT for too many, or where nothing is logged.
   */
  async create(scope: AccessScope, { projectId, ...settings }: NewSink): Promise<SinkEntity> {
    const content = await this.contentOf(settings);
    if (!(await this.hasProject(scope, projectId))) throw notFound('project', projectId, ['input', 'projectId']);
    const id = uuid();
    await this.parts.dataSource.transaction(async (manager) => {
      await manager.findOne(ProjectEntity, { where: { id: projectId }, lock: { mode: 'pessimistic_write' } });
      if ((await manager.countBy(SinkEntity, { projectId })) >= mostSinks) {
        throw problem('CONFLICT', `the project has ${mostSinks} sinks; no more are allowed`, { field: ['input'] });
      }
      await this.requireLog(projectId);
      const lastSeq = await lastSeqOf(manager, projectId);
      const given = { heartbeatSeconds: usualHeartbeat, ...content };
      await manager.save(manager.create(SinkEntity, { id, projectId, lastSeq, ...given }));
      noteForAudit({ projectId, targets: [`Sink:${id}`], details: { after: told(given) } });
    });
    return this.require(scope, id);
  }

  /**
   * Changes a sink, pauses it or lets it go on where it stood.
   * @throws ProblemError NOT_FOUND, TEXT_INVALID, BAD_USER_INPUT, CONFIG_INVALID, PLUGIN_*; CONFLICT where nothing is logged.
   */
  async update(scope: AccessScope, id: string, { isPaused, ...change }: SinkSettings): Promise<SinkEntity> {
    const before = await this.require(scope, id);
    const content = await this.contentOf(change);
    if (isPaused === false) await this.requireLog(before.projectId);
    await this.write(before, { ...content, ...(isPaused === false ? goingOn : pausing(before, isPaused)) });
    return this.require(scope, id);
  }

  /**
   * Tells it again everything behind a number of the log, from the oldest verdict kept when left out, and lets it go on.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT for a number that is not in the log.
   */
  async replay(scope: AccessScope, id: string, afterSeq: number | null | undefined): Promise<SinkEntity> {
    const sink = await this.require(scope, id);
    const { manager } = this.parts.dataSource;
    const last = await lastSeqOf(manager, sink.projectId);
    const [oldest] = await manager.query<{ seq: number | null }[]>(
      'SELECT min(seq) AS seq FROM logged_prediction WHERE project_id = $1',
      [sink.projectId],
    );
    const least = (oldest!.seq ?? last + 1) - 1;
    const lastSeq = afterSeq ?? least;
    if (lastSeq < least || lastSeq > last) {
      const message = `afterSeq is ${lastSeq}; the log holds the verdicts behind number ${least} up to ${last}`;
      throw problem('BAD_USER_INPUT', message, { field: ['input', 'afterSeq'] });
    }
    await this.write(sink, { ...goingOn, lastSeq });
    return this.require(scope, id);
  }

  /** Has a worker tell it a verdict that is marked as a test, now. @returns what came of it. @throws ProblemError NOT_FOUND; FaultError SERVICE_UNAVAILABLE without a worker. */
  async test(scope: AccessScope, id: string): Promise<KeptAttempt> {
    const { projectId } = await this.require(scope, id);
    const messageId = testVerdict(uuid(), projectId, new Date()).id;
    const question: SinkTest = { sinkId: id, messageId };
    const outcome = await this.parts.calls.call<KeptAttempt>('test-sink', question, { timeoutSeconds: testSeconds });
    return { ...outcome, at: new Date(outcome.at) };
  }

  /** The worker's part of {@link test}. @throws ProblemError NOT_FOUND when it was deleted meanwhile. */
  async testHere(connections: SinkConnections, { sinkId, messageId }: SinkTest): Promise<KeptAttempt> {
    const sink = await this.sinks.findOneBy({ id: sinkId });
    if (!sink) throw notFound('sink', sinkId, ['input', 'sinkId']);
    const verdict = { ...testVerdict(sinkId, sink.projectId, new Date()), id: messageId };
    const outcome = await outcomeOf(() => connections.deliver(sink, verdict));
    return logDelivery(this.parts.dataSource, 'sink', { targetId: sinkId, seq: null, messageId, attempt: 1, outcome });
  }

  /** @throws ProblemError NOT_FOUND. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    const sink = await this.require(scope, id);
    await this.parts.dataSource.transaction(async (manager) => {
      await manager.delete(SinkEntity, { id });
      noteForAudit({ projectId: sink.projectId, details: { before: told(sink) } });
    });
  }

  /** @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, id: string): Promise<SinkEntity> {
    const found = await rowsIn(scope, this.sinks, { id }).getOne();
    if (!found) throw notFound('sink', id, ['input', 'sinkId']);
    return found;
  }

  /** The columns of settings, checked, all problems at once. */
  private async contentOf(settings: SinkSettings): Promise<SinkContent> {
    const { name, plugin, secret, stations, heartbeatSeconds } = settings;
    const problems = settingsProblems(settings);
    const resolved = plugin
      ? await collectProblems(problems, () => this.parts.params.resolve('sink', plugin, ['input', 'plugin']))
      : undefined;
    throwIfProblems(problems);
    return {
      ...(typeof name === 'string' && { name }),
      ...(plugin && { plugin: plugin.id, params: resolved! }),
      ...(typeof secret === 'string' && { secret: secret === '' ? null : secret }),
      ...(stations && { stations: stations.length > 0 ? [...new Set(stations)] : null }),
      ...(typeof heartbeatSeconds === 'number' && {
        heartbeatSeconds: heartbeatSeconds === 0 ? null : heartbeatSeconds,
      }),
    };
  }

  /** @throws ProblemError CONFLICT. */
  private async requireLog(projectId: string): Promise<void> {
    const [policy] = await policiesOf(this.parts.dataSource, [projectId]);
    if (policy!.isOn) return;
    const message =
      'the project logs no predictions, and sinks are told what is logged: setPredictionLogPolicy(isOn: true)';
    throw problem('CONFLICT', message, { field: ['input'] });
  }

  private async write(sink: SinkEntity, change: SinkContent): Promise<void> {
    await this.parts.dataSource.transaction(async (manager) => {
      await manager.update(SinkEntity, { id: sink.id }, change as QueryDeepPartialEntity<SinkEntity>);
      noteForAudit({ projectId: sink.projectId, details: { before: told(sink), after: told(change) } });
    });
  }

  private async hasProject(scope: AccessScope, id: string): Promise<boolean> {
    const { manager } = this.parts.dataSource;
    return (await liesIn(scope, manager, ProjectEntity, id)) && manager.existsBy(ProjectEntity, { id });
  }

  private get sinks() {
    return this.parts.dataSource.getRepository(SinkEntity);
  }
}

/** What a worker is asked to tell a sink. */
export interface SinkTest {
  /** UUID. */
  sinkId: string;
  messageId: string;
}

type SinkContent = Partial<Omit<SinkEntity, 'project'>>;

function settingsProblems({ name, secret, stations, heartbeatSeconds }: SinkSettings): Problem[] {
  const { least, most } = heartbeatBounds;
  const invalid = (field: string, message: string): Problem => ({
    code: 'BAD_USER_INPUT',
    message,
    field: ['input', field],
  });
  const fault = typeof secret === 'string' ? textFault(secret, longestSecret) : undefined;
  const isRightBeat = (value: number) => Number.isInteger(value) && (value === 0 || (value >= least && value <= most));
  return [
    ...(typeof name === 'string' ? nameProblems('sink name', name, { field: ['input', 'name'] }) : []),
    ...(fault ? [invalid('secret', `the secret ${fault}`)] : []),
    ...((stations?.length ?? 0) > mostStations
      ? [invalid('stations', `${stations!.length} stations were given; at most ${mostStations} are allowed`)]
      : (stations ?? []).flatMap((one, i) =>
          nameProblems('station', one, { field: ['input', 'stations', String(i)] }),
        )),
    ...(typeof heartbeatSeconds === 'number' && !isRightBeat(heartbeatSeconds)
      ? [
          invalid(
            'heartbeatSeconds',
            `heartbeatSeconds is ${heartbeatSeconds}; it must be 0 for none, or a whole number from ${least} to ${most}`,
          ),
        ]
      : []),
  ];
}

/** What the audit log is told: never the secret. */
function told({ name, plugin, params, stations, heartbeatSeconds, lastSeq }: SinkContent) {
  return { name, plugin, params, stations, heartbeatSeconds, lastSeq };
}

async function lastSeqOf(manager: EntityManager, projectId: string): Promise<number> {
  return (await manager.findOneBy(LoggedPredictionHeadEntity, { projectId }))?.lastSeq ?? 0;
}
