import { writeFile } from 'node:fs/promises';
import { ServerInfoDocument, throwIfRefused, type ResiduaClient } from '../../client/index.js';
import { gatherRun, type GatheredRun, type WatchedRun } from './gatherRun.js';
import type { Report } from './report.js';

/** An evaluation to show, and what was seen of it. */
export interface ReportSubject {
  evaluationId: string;
  watched?: WatchedRun | undefined;
}

/** What whoever made the data set knows of it. */
export interface ReportContext {
  excluded?: readonly string[];
  /** Defective images for training. */
  trainAnomalous?: number;
}

/**
 * Gathers by the API what the page shows of each evaluation and writes it as one HTML file.
 * @throws RefusedError NOT_FOUND, CONFLICT for an evaluation that has not completed, or was measured on other images than the
 * first.
 */
export async function writeReport(
  client: ResiduaClient,
  subjects: readonly ReportSubject[],
  file: string,
  context: ReportContext = {},
): Promise<void> {
  const { server } = await client.request(ServerInfoDocument);
  // Four pictures a row; the page stays under 5 MB whatever the number of runs.
  const perGroup = Math.max(1, Math.min(4, Math.floor(12 / subjects.length)));
  const gathered: GatheredRun[] = [];
  for (const { evaluationId, watched } of subjects) {
    gathered.push(await gatherRun(client, evaluationId, perGroup, watched));
  }
  requireSameImages(gathered);
  const { dataset } = gathered[0]!;
  const report: Report = {
    title: `${gathered.map(({ run }) => run.name).join(' and ')} on ${dataset.name}`,
    createdAt: new Date(),
    server,
    dataset: { ...dataset, excluded: context.excluded ?? [], trainAnomalous: context.trainAnomalous ?? null },
    runs: gathered.map(({ run }) => run),
  };
  const { reportPage } = await import('./page.js');
  await writeFile(file, reportPage(report));
}

function requireSameImages([first, ...others]: readonly GatheredRun[]): void {
  const elsewhere = others.filter(({ measuredOn }) => measuredOn !== first?.measuredOn);
  throwIfRefused(
    elsewhere.map(({ run, measuredOn }) => ({
      code: 'CONFLICT',
      message: `${run.name} was measured on ${measuredOn}, ${first!.run.name} on ${first!.measuredOn}: they cannot be compared; "residua evaluate <model> --dataset <name>" measures each on the same images`,
      item: run.name,
    })),
  );
}
