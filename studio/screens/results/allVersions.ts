import {
  collected,
  eachOf,
  MoreVersionsDocument,
  ProjectVersionsDocument,
  type VersionsListedFragment,
} from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';
import { useAnswer, type Asked } from '../../api/useQuery.js';

/** A version with the name of its model. */
export type ListedVersion = VersionsListedFragment['nodes'][number] & { model: string };

/** The alias whose version predicts in the hall. */
export const champion = 'champion';

/** Whether a version is the one that predicts in the hall. */
export function isChampion({ aliases }: { aliases: readonly string[] }): boolean {
  return aliases.includes(champion);
}

/** Every version that was trained on the open data set, newest first. */
export function useVersions(): Asked<ListedVersion[]> {
  const { id, project } = useDataset();
  return useAnswer(`${project.id} ${id}`, () => versionsOfDataset(id, project.id));
}

/** Every version that was trained on a data set, newest first. */
export async function versionsOfDataset(datasetId: string, projectId: string): Promise<ListedVersion[]> {
  const all = await collected(versionsOfProject(projectId));
  return all
    .filter(({ snapshot }) => snapshot.dataset.id === datasetId)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

async function* versionsOfProject(projectId: string): AsyncGenerator<ListedVersion> {
  const models = eachOf(async (after) => (await client.request(ProjectVersionsDocument, { projectId, after })).models);
  for await (const { id, name: model, versions } of models) {
    let page: VersionsListedFragment = versions;
    for (;;) {
      for (const version of page.nodes) yield { ...version, model };
      const { hasNextPage, endCursor: after } = page.pageInfo;
      if (!hasNextPage) break;
      page = found((await client.request(MoreVersionsDocument, { id, after })).node, 'model').versions;
    }
  }
}
