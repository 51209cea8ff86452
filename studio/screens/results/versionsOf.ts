import type { ProjectVersionsQuery } from '../../../src/client/index.js';

type ListedModel = ProjectVersionsQuery['models']['nodes'][number];

/** A version with the name of its model. */
export type ListedVersion = ListedModel['versions']['nodes'][number] & { model: string };

/** The versions that were trained on a data set, newest first. */
export function versionsOf(models: readonly ListedModel[], datasetId: string): ListedVersion[] {
  return models
    .flatMap(({ name, versions }) => versions.nodes.map((version) => ({ ...version, model: name })))
    .filter(({ snapshot }) => snapshot.dataset.id === datasetId)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** The alias whose version predicts in the hall. */
export const champion = 'champion';

/** Whether a version is the one that predicts in the hall. */
export function isChampion({ aliases }: { aliases: readonly string[] }): boolean {
  return aliases.includes(champion);
}
