import { In, type EntityManager, type EntityTarget, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import type { Repository, SelectQueryBuilder } from 'typeorm';
import { everything, type AccessScope } from '../access/index.js';
import type { Problem } from '../shared/errors.js';

/** Where rows of a table have their project: in a column, or through the row of another table that the column names. */
interface Way {
  column: string;
  of?: string;
}

const ofProject: Way = { column: 'project_id' };
const ofDataset: Way = { column: 'dataset_id', of: 'dataset' };
const ofModel: Way = { column: 'model_id', of: 'model' };
const ofJob: Way = { column: 'job_id', of: 'job' };

/** Every table that belongs to projects. */
const ways: Readonly<Record<string, Way>> = {
  project: { column: 'id' },
  membership: ofProject,
  project_change: ofProject,
  logged_prediction: ofProject,
  ...{ prediction_hour: ofProject, monitoring_alert: ofProject, monitoring_rule: ofModel },
  ...{ retraining_proposal: ofProject, retraining_rule: ofModel },
  ...{ sweep: ofProject, sweep_trial: { column: 'sweep_id', of: 'sweep' } },
  shadow_prediction: { column: 'prediction_id', of: 'logged_prediction' },
  webhook: ofProject,
  webhook_delivery: { column: 'webhook_id', of: 'webhook' },
  sink: ofProject,
  station: ofProject,
  source: ofProject,
  source_file: { column: 'source_id', of: 'source' },
  sink_delivery: { column: 'sink_id', of: 'sink' },
  ...{ dataset: ofProject, model: ofProject, job: ofProject, upload: ofProject },
  ...{ image: ofDataset, snapshot: ofDataset },
  annotation: { column: 'image_id', of: 'image' },
  annotation_review: { column: 'annotation_id', of: 'annotation' },
  study: ofDataset,
  ...{ study_image: { column: 'study_id', of: 'study' }, study_trial: { column: 'study_id', of: 'study' } },
  label_session: { column: 'image_id', of: 'image' },
  snapshot_image: { column: 'snapshot_id', of: 'snapshot' },
  ...{ model_version: ofModel, model_alias: ofModel, model_alias_move: ofModel },
  ...{ dataset_import: ofJob, dataset_export: ofJob, model_export: ofJob, model_import: ofJob, job_event: ofJob },
  ...{ training_run: ofJob, evaluation: ofJob, dataset_prediction: ofJob },
  checkpoint: ofJob,
  evaluated_image: { column: 'evaluation_id', of: 'job' },
  predicted_image: { column: 'prediction_id', of: 'job' },
};

/** SQL of "the row's project is one of these". @param projects SQL of an array of UUIDs. */
function condition(table: string, alias: string, projects: string): string {
  const { column, of } = wayOf(table);
  const place = `"${alias}"."${column}"`;
  return of
    ? `${place} IN (SELECT id FROM "${of}" WHERE ${condition(of, of, projects)})`
    : `${place} = ANY(${projects})`;
}

/** SQL of the project of a row, through the tables in between. */
export function projectSql(table: string, alias: string): string {
  const { column, of } = wayOf(table);
  const place = `"${alias}"."${column}"`;
  return of ? `(SELECT ${projectSql(of, of)} FROM "${of}" WHERE "${of}".id = ${place})` : place;
}

function wayOf(table: string): Way {
  const way = ways[table];
  if (!way) throw new Error(`nothing says to which project rows of ${table} belong`);
  return way;
}

/** Leaves a query the rows that lie in the scope; of a query without bounds nothing changes. */
export function inScope<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  scope: AccessScope,
): SelectQueryBuilder<E> {
  if (scope === everything) return query;
  const { metadata, name } = query.expressionMap.mainAlias!;
  return query.andWhere(condition(metadata.tableName, name, 'CAST(:projectsInScope AS uuid[])'), {
    projectsInScope: scope.projects,
  });
}

/** The rows of a table that lie in the scope, as a query to go on with. */
export function rowsIn<E extends ObjectLiteral>(
  scope: AccessScope,
  rows: Repository<E>,
  where: FindOptionsWhere<E>,
): SelectQueryBuilder<E> {
  return inScope(rows.createQueryBuilder('found').where(where), scope);
}

/** Those of these ids whose rows lie in the scope; all of them, without a look, where it has no bounds. */
export async function idsIn<E extends ObjectLiteral>(
  scope: AccessScope,
  manager: EntityManager,
  entity: EntityTarget<E>,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (scope === everything || ids.length === 0) return ids;
  const rows = manager.getRepository(entity);
  const [key] = rows.metadata.primaryColumns;
  const where = { [key!.propertyName]: In([...ids]) } as FindOptionsWhere<E>;
  const found = await rowsIn(scope, rows, where)
    .select(`found.${key!.propertyName}`, 'id')
    .getRawMany<{ id: string }>();
  const there = new Set(found.map(({ id }) => id));
  return ids.filter((id) => there.has(id));
}

/** Whether a row lies in the scope; true, without a look, where it has no bounds. */
export async function liesIn<E extends ObjectLiteral>(
  scope: AccessScope,
  manager: EntityManager,
  entity: EntityTarget<E>,
  id: string,
): Promise<boolean> {
  return (await idsIn(scope, manager, entity, [id])).length > 0;
}

/** The project of a row. @throws Error when there is no such row. */
export async function projectOf<E extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<E>,
  id: string,
): Promise<string> {
  const { tableName } = manager.connection.getMetadata(entity);
  const [found] = await manager.query<{ project: string }[]>(
    `SELECT ${projectSql(tableName, tableName)} AS project FROM "${tableName}" WHERE id = $1`,
    [id],
  );
  if (!found) throw new Error(`there is no row ${id} in ${tableName}`);
  return found.project;
}

/**
 * What is wrong when a job would be about a model version and images of two projects: members of one could not read it.
 * @param images in words, e.g. `snapshot`, and the input that names them.
 */
export function projectProblems(
  ofVersion: string,
  ofImages: string,
  images: { noun: string; field: string },
): Problem[] {
  if (ofVersion === ofImages) return [];
  const message = `the ${images.noun} belongs to another project than the model version; both must be of one`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', images.field] }];
}

/** {@link inScope} for a statement written out: its condition, and the value of the parameter `place`, e.g. `$3`. */
export function scopeSql(scope: AccessScope, table: string, alias: string, place: string) {
  const list = `${place}::uuid[]`;
  if (scope === everything) return { sql: `${list} IS NULL`, value: null };
  return { sql: condition(table, alias, list), value: scope.projects };
}
