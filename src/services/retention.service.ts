import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { CollectionReportEntity, ProjectEntity, RetentionPolicyEntity } from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import type { BlobStore } from '../files/index.js';
import { notFound, throwIfProblems } from '../shared/errors.js';
import { countDue, retainedKinds, type DueRows, type RetainedKind } from './retention/dueRows.js';
import { daysOf, keepAll, policyProblems, type RetentionPolicy } from './retention/policy.js';
import { rowsIn } from './scoped.js';

/** What of a kind would go, or goes with the next look. */
export interface DueOfKind extends DueRows {
  kind: RetainedKind;
  days: number;
}

/** A policy that was chosen, or only tried. */
export interface ChosenPolicy {
  project: ProjectEntity;
  /** What it makes go. */
  due: DueOfKind[];
}

/** How long projects keep what their jobs leave. */
export class RetentionService {
  constructor(private readonly parts: { dataSource: DataSource; blobs: BlobStore }) {}

  /** Policies of projects, in the order of `ids`. */
  async policiesOf(ids: readonly string[]): Promise<RetentionPolicy[]> {
    const rows = await this.parts.dataSource.getRepository(RetentionPolicyEntity).findBy({ projectId: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.projectId, row]));
    return ids.map((id) => byId.get(id) ?? keepAll);
  }

  /**
   * Chooses how long a project keeps what, and tells what that makes go.
   * @param dryRun only tell.
   * @throws ProblemError NOT_FOUND, BAD_USER_INPUT.
   */
  async set(
    scope: AccessScope,
    projectId: string,
    policy: RetentionPolicy,
    { dryRun }: { dryRun: boolean },
  ): Promise<ChosenPolicy> {
    throwIfProblems(policyProblems(policy));
    const { dataSource } = this.parts;
    const project = await rowsIn(scope, dataSource.getRepository(ProjectEntity), { id: projectId }).getOne();
    if (!project) throw notFound('project', projectId, ['input', 'projectId']);
    const due = await this.dueOf(projectId, policy);
    if (dryRun) return { project, due };
    await dataSource.transaction(async (manager) => {
      await manager.findOne(ProjectEntity, { where: { id: projectId }, lock: { mode: 'for_no_key_update' } });
      const [before] = await this.policiesOf([projectId]);
      await manager.upsert(RetentionPolicyEntity, { projectId, ...policy }, ['projectId']);
      noteForAudit({ projectId, details: { before, after: policy } });
    });
    return { project, due };
  }

  /** What the last collection of files removed, in the whole installation; null before the first. */
  lastCollection(): Promise<CollectionReportEntity | null> {
    return this.parts.dataSource.getRepository(CollectionReportEntity).findOneBy({ id: 1 });
  }

  private async dueOf(projectId: string, policy: RetentionPolicy): Promise<DueOfKind[]> {
    const { dataSource, blobs } = this.parts;
    const due: DueOfKind[] = [];
    for (const kind of retainedKinds) {
      const days = daysOf(policy, kind);
      if (days === null) continue;
      const counted = await countDue(dataSource.manager, { kind, projectId, days }, (sha256) => blobs.size(sha256));
      due.push({ kind, days, ...counted });
    }
    return due;
  }
}
