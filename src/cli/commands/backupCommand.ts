import path from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '../terminal/printError.js';
import { onStorage, withProgress } from './storageCommand.js';

/** `residua backup`. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the database and every stored file into an empty folder')
    .argument('<folder>', 'where to; made when it is not there')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nServers and workers may run meanwhile. Exits with 1 when a stored file was damaged: the rest is backed up.\n\nExample:\n  residua backup /mnt/backups/monday',
    )
    .action((folder: string, options: { json?: boolean }) =>
      onStorage(options, 'any', async (parts, terminal) => {
        const { backUp } = await import('../../services/storage/backup.js');
        const to = path.resolve(folder);
        const { tables, blobs, damaged } = await withProgress(terminal, 'backup', (progress) =>
          backUp(parts, to, progress),
        );
        if (damaged.length > 0) process.exitCode = exitCodes.problem;
        if (terminal.json) return terminal.emit({ folder: to, tables: tables.length, blobs: blobs.length, damaged });
        for (const sha256 of damaged) terminal.say(`missing or corrupt, left out: ${sha256}`);
        terminal.say(`${tables.length} tables and ${blobs.length} files are in ${to}`);
      }),
    );
}

/** `residua restore`. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup into an empty database and a blob store')
    .argument('<folder>', 'what "residua backup" wrote')
    .option('--replace', 'delete what the database holds')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nStop servers and workers first. Every file is verified before the database changes.\n\nExample:\n  RESIDUA_HOME=/srv/residua residua restore /mnt/backups/monday',
    )
    .action((folder: string, options: { replace?: boolean; json?: boolean }) =>
      onStorage(options, 'new', async (parts, terminal) => {
        const { restore } = await import('../../services/storage/restore.js');
        const { createdAt, tables, blobs, paused } = await withProgress(terminal, 'restore', (progress) =>
          restore(parts, path.resolve(folder), { replace: options.replace, progress }),
        );
        if (terminal.json) return terminal.emit({ createdAt, tables: tables.length, blobs: blobs.length });
        terminal.say(`restored ${tables.length} tables and ${blobs.length} files, as they were at ${createdAt}`);
        if (paused > 0)
          terminal.say(`${paused} webhooks and sinks are paused: resume them once nothing else tells their receivers`);
      }),
    );
}
