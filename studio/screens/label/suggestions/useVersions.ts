import { useEffect, useState } from 'preact/hooks';
import { useDataset } from '../../../api/dataset.js';
import { isChampion, versionsOfDataset, type ListedVersion } from '../../results/allVersions.js';
import { useRemembered } from '../useRemembered.js';

export type SuggestingVersion = ListedVersion;

interface Versions {
  versions: readonly SuggestingVersion[];
  /** The one that was chosen, else the champion, else the newest. */
  version: SuggestingVersion | undefined;
  choose: (id: string) => void;
  isLoading: boolean;
  error: unknown;
}

/** Which versions a project had when they were first asked for: they are few and change seldom. */
const known = new Map<string, Promise<SuggestingVersion[]>>();

/** The versions that can suggest something on this data set. @param isAsked whether anybody wants to know. */
export function useVersions(isAsked: boolean): Versions {
  const { id, project } = useDataset();
  const [state, setState] = useState<{ versions?: SuggestingVersion[]; error?: unknown }>({});
  const [chosen, choose] = useRemembered<string | undefined>(`version/${id}`, undefined);
  useEffect(() => {
    if (!isAsked) return;
    let isCurrent = true;
    versionsFor(id, project.id).then(
      (versions) => isCurrent && setState({ versions }),
      (error: unknown) => isCurrent && setState({ error }),
    );
    return () => void (isCurrent = false);
  }, [isAsked, id, project.id]);
  const versions = state.versions ?? [];
  const usual = versions.find(isChampion) ?? versions[0];
  return {
    ...{ versions, choose, error: state.error, isLoading: state.versions === undefined && state.error === undefined },
    version: versions.find((version) => version.id === chosen) ?? usual,
  };
}

function versionsFor(datasetId: string, projectId: string): Promise<SuggestingVersion[]> {
  const found = known.get(datasetId) ?? versionsOfDataset(datasetId, projectId);
  known.set(datasetId, found);
  // What failed, and a data set without any yet, is asked about again.
  found.then(
    (versions) => versions.length === 0 && known.delete(datasetId),
    () => known.delete(datasetId),
  );
  return found;
}
