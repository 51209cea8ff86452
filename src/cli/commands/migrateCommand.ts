import { Command } from 'commander';
import { StopSequence } from '../processes/stopSequence.js';
import type { UpgradeReport } from '../../services/upgradeReport.js';
import { ProblemError, type Problem } from '../../shared/errors.js';
import { createTerminal } from '../terminal/terminal.js';
import { isLossy, readUpgradeReport, sayUpgrade } from './checkUpgradeCommand.js';
import { migrateDatabase, openDatabase } from './openDatabase.js';

/** `residua migrate`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this version (serve does it too)')
    .option('--anyway', 'even when models would no longer predict, or trainings would fail')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nSafe to run from several places at once. Refuses, with 1, when "residua check-upgrade" finds that something would be lost.\n\n\nExample:\n  DATABASE_URL=postgres://… residua migrate',
    )
    .action(async ({ json, anyway }: { json?: boolean; anyway?: boolean }) => {
      const { readConfig } = await import('../../main/config.js');
      const terminal = createTerminal({ json });
      const stops = new StopSequence();
      try {
        const config = await openDatabase(readConfig(), stops);
        const report = await readUpgradeReport(config);
        if (isLossy(report) && report.migrations.length > 0) {
          if (!json) sayUpgrade(terminal, report);
          if (!anyway) throw refusal(report);
        }
        const executed = await migrateDatabase(config.databaseUrl);
        if (json) terminal.emit({ executed });
        else terminal.say(executed.length > 0 ? executed.join('\n') : 'the database is up to date');
      } finally {
        await stops.stopAll();
      }
    });
}

/** Everything that would be lost, as one error. */
function refusal({ lostVersions, lostRuns }: UpgradeReport): ProblemError {
  const found = [
    ...lostVersions.map(({ model, version, problems }): Problem => ({ ...problems[0]!, item: `${model}@${version}` })),
    ...lostRuns.map(({ id, problems }): Problem => ({ ...problems[0]!, item: id })),
  ];
  const [first, ...rest] = found;
  const advice: Problem = { code: 'CONFLICT', message: 'nothing was changed; --anyway migrates and loses them' };
  return new ProblemError([first!, ...rest, advice]);
}
