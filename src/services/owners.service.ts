import type { DataSource } from 'typeorm';
import { everything, type AccessScope } from '../access/index.js';
import { blobColumns } from '../database/index.js';
import { projectSql, scopeSql } from './scoped.js';
import type { LineNoun, Noun } from './records.js';

/** The table of each noun. A job is found by its id, whatever its kind. */
const tables: Readonly<Record<Noun | LineNoun | 'Webhook', string>> = {
  ...{ Webhook: 'webhook', Sink: 'sink', Source: 'source', Station: 'station' },
  ...{ Project: 'project', Dataset: 'dataset', Image: 'image', Snapshot: 'snapshot' },
  ...{ Model: 'model', ModelVersion: 'model_version', Upload: 'upload', LoggedPrediction: 'logged_prediction' },
  ...{ DatasetImport: 'job', DatasetExport: 'job', ModelExport: 'job', ModelImport: 'job' },
  ...{ TrainingRun: 'job', Evaluation: 'job', DatasetPrediction: 'job' },
  ...{ PixelAnnotation: 'annotation', BlockAnnotation: 'annotation', BoxAnnotation: 'annotation' },
  ...{ LabelSession: 'label_session', Study: 'study', StudyTrial: 'study_trial' },
  ...{ MonitoringAlert: 'monitoring_alert', RetrainingProposal: 'retraining_proposal', Sweep: 'sweep' },
};

/** What something is, and its UUID. */
export interface Reference {
  type: string;
  id: string;
}

/** Tells to which project something belongs, whoever asks: for those who decide what somebody may do with it. */
export class OwnersService {
  constructor(private readonly dataSource: DataSource) {}

  /** UUIDs of projects, in the order of the references; undefined for what is not there. */
  async projectsOf(references: readonly Reference[]): Promise<(string | undefined)[]> {
    const byTable = new Map<string, string[]>();
    for (const { type, id } of references) {
      const table = tableOf(type);
      if (table) byTable.set(table, [...(byTable.get(table) ?? []), id]);
    }
    const found = new Map<string, string>();
    for (const [table, ids] of byTable) {
      const rows = await this.dataSource.query<{ id: string; project: string }[]>(
        `SELECT id, ${projectSql(table, table)} AS project FROM "${table}" WHERE id = ANY($1)`,
        [ids],
      );
      for (const { id, project } of rows) found.set(`${table} ${id}`, project);
    }
    return references.map(({ type, id }) => found.get(`${tableOf(type)} ${id}`));
  }

  /**
   * Whether something in the scope has these bytes, which announcing them does not give; always where it has no bounds.
   * @param exports where whole models and data sets may be had, and not just looked at.
   */
  async mayReadBlob(scope: AccessScope, exports: AccessScope, sha256: string): Promise<boolean> {
    if (scope === everything) return true;
    const uses = blobColumns(this.dataSource).map(({ table, column, where }) => {
      const isWhole = column === 'artifact_sha256';
      const { sql } = scopeSql(isWhole ? exports : scope, table, table, isWhole ? '$3' : '$2');
      return `EXISTS (SELECT FROM "${table}" WHERE "${column}" = $1 AND ${where} AND ${sql})`;
    });
    const [found] = await this.dataSource.query<{ used: boolean }[]>(`SELECT ${uses.join(' OR ')} AS used`, [
      sha256,
      scope.projects,
      exports === everything ? null : exports.projects,
    ]);
    return found!.used;
  }
}

function tableOf(type: string): string | undefined {
  return Object.hasOwn(tables, type) ? tables[type as keyof typeof tables] : undefined;
}
