import { Command } from 'commander';
import { StopSequence } from '../processes/stopSequence.js';
import { createTerminal } from '../terminal/terminal.js';
import { openDatabase } from './openDatabase.js';
import { upgradeDatabase } from './upgradeDatabase.js';

/** `residua migrate`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this version (serve and worker do it too)')
    .option('--anyway', 'even when models would no longer predict, or trainings would fail')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nSafe to run from several places at once. Refuses, with 1, when "residua check-upgrade" finds that something would be lost.\n\nExample:\n  DATABASE_URL=postgres://… residua migrate',
    )
    .action(async ({ json, anyway }: { json?: boolean; anyway?: boolean }) => {
      const { readConfig } = await import('../../main/config.js');
      const terminal = createTerminal({ json });
      const stops = new StopSequence();
      try {
        const config = await openDatabase(readConfig(), stops);
        const executed = await upgradeDatabase(config, terminal, { anyway });
        if (json) terminal.emit({ executed });
        else terminal.say(executed.length > 0 ? executed.join('\n') : 'the database is up to date');
      } finally {
        await stops.stopAll();
      }
    });
}
