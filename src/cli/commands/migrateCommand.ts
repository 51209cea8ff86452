import { Command } from 'commander';
import { StopSequence } from '../processes/stopSequence.js';
import { createTerminal } from '../terminal/terminal.js';
import { migrateDatabase, openDatabase } from './openDatabase.js';

/** `residua migrate`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this version (serve does it too)')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nSafe to run from several places at once.\n\nExample:\n  DATABASE_URL=postgres://… residua migrate',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { readConfig } = await import('../../main/config.js');
      const terminal = createTerminal({ json });
      const stops = new StopSequence();
      try {
        const { databaseUrl } = await openDatabase(readConfig(), stops);
        const executed = await migrateDatabase(databaseUrl);
        if (json) terminal.emit({ executed });
        else terminal.say(executed.length > 0 ? executed.join('\n') : 'the database is up to date');
      } finally {
        await stops.stopAll();
      }
    });
}
