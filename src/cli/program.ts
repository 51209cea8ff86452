import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { aliasCommand } from './commands/aliasCommand.js';
import { auditCommand } from './commands/auditCommand.js';
import { backboneCommand } from './commands/backboneCommand.js';
import { backupCommand, restoreCommand } from './commands/backupCommand.js';
import { checkUpgradeCommand } from './commands/checkUpgradeCommand.js';
import { collectCommand } from './commands/collectCommand.js';
import { deleteCommand } from './commands/deleteCommand.js';
import { evaluateCommand } from './commands/evaluateCommand.js';
import { exportCommand } from './commands/exportCommand.js';
import { importCommand } from './commands/importCommand.js';
import { labelCommand } from './commands/labelCommand.js';
import { listCommand } from './commands/listCommand.js';
import { loginCommand, logoutCommand } from './commands/loginCommand.js';
import { memberCommand } from './commands/memberCommand.js';
import { migrateCommand } from './commands/migrateCommand.js';
import { pluginsCommand } from './commands/pluginsCommand.js';
import { predictCommand } from './commands/predictCommand.js';
import { presetsCommand } from './commands/presetsCommand.js';
import { quickstartCommand } from './commands/quickstartCommand.js';
import { quotaCommand } from './commands/quotaCommand.js';
import { recommendCommand } from './commands/recommendCommand.js';
import { reportCommand } from './commands/reportCommand.js';
import { serveCommand } from './commands/serveCommand.js';
import { thresholdCommand } from './commands/thresholdCommand.js';
import { splitCommand } from './commands/splitCommand.js';
import { tokenCommand } from './commands/tokenCommand.js';
import { trainCommand } from './commands/trainCommand.js';
import { userCommand } from './commands/userCommand.js';
import { verifyCommand } from './commands/verifyCommand.js';
import { cancelCommand, watchCommand } from './commands/watchCommand.js';
import { workerCommand } from './commands/workerCommand.js';

/** The `residua` command with all its subcommands. Parsing throws `CommanderError` instead of ending the process. */
export function residuaProgram(): Command {
  const program = new Command('residua')
    .description('Visual anomaly detection on industrial surfaces: a GraphQL backend with plugins.')
    .version(version())
    .helpCommand(false)
    .showHelpAfterError('(residua --help shows the commands and options)')
    .addHelpText(
      'after',
      '\nStart here:\n  residua quickstart        everything once, with a report to look at\n  residua serve             a server to work with\n\nThe other commands talk to the server at RESIDUA_URL, or to the one of this machine at RESIDUA_PORT; RESIDUA_API_TOKEN lets\nthem in, or what "residua login" left.',
    );
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    ['Look around:', [quickstartCommand()]],
    ['Run:', [serveCommand(), workerCommand(), migrateCommand(), checkUpgradeCommand(), backboneCommand()]],
    ['Keep what is stored:', [verifyCommand(), collectCommand(), backupCommand(), restoreCommand()]],
    [
      'Work with a running server:',
      [
        listCommand(),
        importCommand(),
        labelCommand(),
        exportCommand(),
        presetsCommand(),
        splitCommand(),
        recommendCommand(),
        trainCommand(),
        watchCommand(),
        cancelCommand(),
        evaluateCommand(),
        reportCommand(),
        thresholdCommand(),
        aliasCommand(),
        predictCommand(),
        deleteCommand(),
        pluginsCommand(),
      ],
    ],
    [
      'Who may do what:',
      [loginCommand(), logoutCommand(), userCommand(), memberCommand(), tokenCommand(), quotaCommand(), auditCommand()],
    ],
  ];
  for (const [heading, commands] of groups) {
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  }
  for (const command of withSubcommands(program)) {
    // Options after `import model` are its own, though `import` has some of the same names.
    command.enablePositionalOptions();
    command.exitOverride().configureHelp({ sortSubcommands: false }).showHelpAfterError('(--help shows the options)');
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function version(): string {
  // Two folders up from the source, three from what is built.
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (manifest.name === 'residua') return manifest.version;
    } catch {
      // Not there: the next one.
    }
  }
  return 'unknown';
}
