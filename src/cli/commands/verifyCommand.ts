import { Command } from 'commander';
import { listTable } from '../terminal/table.js';
import { exitCodes } from '../terminal/printError.js';
import { onStorage, withProgress } from './storageCommand.js';

/** `residua verify`. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'compare every stored file that the database refers to with its sha256, and the audit log with its seals',
    )
    .option('--orphans', 'also list files that nothing refers to')
    .option('--json', 'print the report as JSON on standard output')
    .addHelpText(
      'after',
      '\nExits with 1 when a file is missing or corrupt, or the audit log is not what was sealed. The digest of the last seal, kept\nelsewhere, shows whether its end was cut off.\n\nExample:\n  residua verify --orphans',
    )
    .action((options: { orphans?: boolean; json?: boolean }) =>
      onStorage(options, 'any', async (parts, terminal) => {
        const { verifyAuditEvents } = await import('../../services/audit/auditSeals.js');
        const { verifyStorage } = await import('../../services/storage/verifyStorage.js');
        const report = await withProgress(terminal, 'verify', (progress) =>
          verifyStorage(parts, { orphans: options.orphans, progress }),
        );
        const { checked, bytes, missing, corrupt, orphans } = report;
        const audit = await verifyAuditEvents(parts.dataSource);
        if (missing.length + corrupt.length + audit.problems.length > 0) process.exitCode = exitCodes.problem;
        if (terminal.json) return terminal.emit({ ...report, audit });
        const rows = [
          ...missing.map(({ sha256, usedBy }) => ['missing', sha256, usedBy.join(', ')]),
          ...corrupt.map(({ sha256, usedBy, message }) => ['corrupt', sha256, `${usedBy.join(', ')}: ${message}`]),
          ...(orphans ?? []).map(({ sha256, bytes: size }) => ['orphan', sha256, `${size} bytes`]),
        ];
        if (rows.length > 0) terminal.say(listTable(rows));
        for (const problem of audit.problems) terminal.say(`audit log: ${problem}`);
        const { events, seals, unsealed, lastDigest } = audit;
        terminal.say(
          `audit log: ${events} lines in ${seals} seals, ${unsealed} not sealed yet${lastDigest ? `; last seal ${lastDigest}` : ''}`,
        );
        const found = `${missing.length} missing, ${corrupt.length} corrupt`;
        terminal.say(`${checked} files (${bytes} bytes): ${found}${orphans ? `, ${orphans.length} orphans` : ''}`);
      }),
    );
}
