import { type DataSource, MoreThan } from 'typeorm';
import { ProjectChangeEntity, ProjectEntity } from '../database/entities/index.js';
import { LogFeed } from './logFeed.js';
import type { DatabaseSignals } from './signals.js';

/** Follows what changes in projects, each until it is deleted. */
export class ProjectChangeFeed extends LogFeed<ProjectChangeEntity> {
  constructor(dataSource: DataSource, signals: DatabaseSignals) {
    const source = {
      channel: 'project_change',
      read: (projectId: string, seq: number, limit: number) => readChanges(dataSource, projectId, seq, limit),
      isLast: () => false,
      hasEnded: async (projectId: string) => {
        const projects = dataSource.getRepository(ProjectEntity);
        return (await projects.existsBy({ id: projectId }).catch(() => undefined)) === false;
      },
    } as const;
    super(source, signals);
  }
}

/** Changes behind `afterSeq`, oldest first, at most `limit`. */
export function readChanges(
  dataSource: DataSource,
  projectId: string,
  afterSeq: number,
  limit: number,
): Promise<ProjectChangeEntity[]> {
  return dataSource.getRepository(ProjectChangeEntity).find({
    where: { projectId, seq: MoreThan(afterSeq) },
    order: { seq: 'ASC' },
    take: limit,
  });
}
