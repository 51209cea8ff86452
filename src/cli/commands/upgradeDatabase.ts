import type { UpgradeReport } from '../../services/upgradeReport.js';
import type { ResiduaConfig } from '../../shared/config.js';
import { ProblemError, type Problem } from '../../shared/errors.js';
import type { Terminal } from '../terminal/terminal.js';
import { isLossy, readUpgradeReport, sayUpgrade } from './checkUpgradeCommand.js';

/**
 * Brings the schema up to date, unless models would no longer predict or trainings would fail by that: then the database stays as it is, for
 * the release that it is of. Every process that migrates does it here.
 * @param options.anyway also then.
 * @returns names of the migrations that ran.
 * @throws ProblemError with everything that would be lost.
 */
export async function upgradeDatabase(
  config: ResiduaConfig & { databaseUrl: string },
  terminal: Terminal,
  { anyway = false }: { anyway?: boolean | undefined } = {},
): Promise<string[]> {
  const { createDataSource, isUpgrade, migrate } = await import('../../database/index.js');
  const dataSource = await createDataSource(config.databaseUrl, { poolSize: 2 }).initialize();
  try {
    if (await isUpgrade(dataSource)) {
      const report = await readUpgradeReport(config);
      if (isLossy(report)) {
        if (!terminal.json) sayUpgrade(terminal, report);
        if (!anyway) throw refusal(report);
      }
    }
    return await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** Everything that would be lost, as one error. */
function refusal({ lostVersions, lostRuns }: UpgradeReport): ProblemError {
  const found = [
    ...lostVersions.map(({ model, version, problems }): Problem => ({ ...problems[0]!, item: `${model}@${version}` })),
    ...lostRuns.map(({ id, problems }): Problem => ({ ...problems[0]!, item: id })),
  ];
  const [first, ...rest] = found;
  const message =
    'nothing was changed; "residua check-upgrade" says what would be lost, "residua migrate --anyway" migrates and loses it';
  const advice: Problem = { code: 'CONFLICT', message, item: 'database' };
  return new ProblemError([first!, ...rest, advice]);
}
