import { Command } from 'commander';
import type { UpgradeReport } from '../../services/upgradeReport.js';
import type { ResiduaConfig } from '../../shared/config.js';
import { StopSequence } from '../processes/stopSequence.js';
import { exitCodes } from '../terminal/printError.js';
import { createTerminal, type Terminal } from '../terminal/terminal.js';
import { openDatabase } from './openDatabase.js';

/** `residua check-upgrade`. */
export function checkUpgradeCommand(): Command {
  return new Command('check-upgrade')
    .description(
      'say what an upgrade of this database to this release would do to models and trainings; changes nothing',
    )
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nStop servers and workers first: tables are locked while it looks. Exits with 1 when a model would no longer predict, or\na training would fail.\n\nExample:\n  DATABASE_URL=postgres://… residua check-upgrade',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { readConfig } = await import('../../main/config.js');
      const terminal = createTerminal({ json });
      const stops = new StopSequence();
      try {
        const report = await readUpgradeReport(await openDatabase(readConfig(), stops));
        if (isLossy(report)) process.exitCode = exitCodes.problem;
        if (json) terminal.emit(report);
        else sayUpgrade(terminal, report);
      } finally {
        await stops.stopAll();
      }
    });
}

/** What an upgrade of the database would do, by the plugins of the configuration. */
export async function readUpgradeReport(config: ResiduaConfig & { databaseUrl: string }): Promise<UpgradeReport> {
  const { createDataSource } = await import('../../database/index.js');
  const { upgradeReport } = await import('../../services/upgradeReport.js');
  const { loadPlugins } = await import('../../main/plugins.js');
  const registry = await loadPlugins(config);
  const dataSource = await createDataSource(config.databaseUrl, { poolSize: 2 }).initialize();
  try {
    return await upgradeReport(dataSource, registry);
  } finally {
    await dataSource.destroy();
  }
}

/** Whether something would be lost. */
export function isLossy({ lostVersions, lostRuns }: UpgradeReport): boolean {
  return lostVersions.length + lostRuns.length > 0;
}

/** The report in words. */
export function sayUpgrade(terminal: Terminal, report: UpgradeReport): void {
  const { migrations, versions, lostVersions, runs, lostRuns, runningJobs } = report;
  terminal.say(migrations.length > 0 ? `migrations to come: ${migrations.join(', ')}` : 'the database is up to date');
  terminal.say(`model versions: ${versions - lostVersions.length} of ${versions} predict`);
  for (const { model, version, problems } of lostVersions) {
    terminal.say(`  ${model}@${version} will not: ${problems.map(({ message }) => message).join('; ')}`);
  }
  terminal.say(`trainings that have not ended: ${runs - lostRuns.length} of ${runs} go on`);
  for (const { model, id, problems } of lostRuns) {
    terminal.say(`  the one for ${model} (${id}) will fail: ${problems.map(({ message }) => message).join('; ')}`);
  }
  if (runningJobs > 0)
    terminal.say(`${runningJobs} jobs are being worked at: stop servers and workers before you upgrade`);
}
