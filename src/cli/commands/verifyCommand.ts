import { Command } from 'commander';
import { listTable } from '../terminal/table.js';
import { exitCodes } from '../terminal/printError.js';
import { onStorage, withProgress } from './storageCommand.js';

/** `residua verify`. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('compare every stored file that the database refers to with its sha256')
    .option('--orphans', 'also list files that nothing refers to')
    .option('--json', 'print the report as JSON on standard output')
    .addHelpText('after', '\nExits with 1 when a file is missing or corrupt.\n\nExample:\n  residua verify --orphans')
    .action((options: { orphans?: boolean; json?: boolean }) =>
      onStorage(options, 'any', async (parts, terminal) => {
        const { verifyStorage } = await import('../../services/storage/verifyStorage.js');
        const report = await withProgress(terminal, 'verify', (progress) =>
          verifyStorage(parts, { orphans: options.orphans, progress }),
        );
        const { checked, bytes, missing, corrupt, orphans } = report;
        if (missing.length + corrupt.length > 0) process.exitCode = exitCodes.problem;
        if (terminal.json) return terminal.emit(report);
        const rows = [
          ...missing.map(({ sha256, usedBy }) => ['missing', sha256, usedBy.join(', ')]),
          ...corrupt.map(({ sha256, usedBy, message }) => ['corrupt', sha256, `${usedBy.join(', ')}: ${message}`]),
          ...(orphans ?? []).map(({ sha256, bytes: size }) => ['orphan', sha256, `${size} bytes`]),
        ];
        if (rows.length > 0) terminal.say(listTable(rows));
        const found = `${missing.length} missing, ${corrupt.length} corrupt`;
        terminal.say(`${checked} files (${bytes} bytes): ${found}${orphans ? `, ${orphans.length} orphans` : ''}`);
      }),
    );
}
