import { Command } from 'commander';
import { integer } from './options.js';
import { onStorage, withProgress } from './storageCommand.js';

interface CollectOptions {
  olderThan: number;
  dryRun?: boolean;
  json?: boolean;
}

/** `residua collect`. */
export function collectCommand(): Command {
  return new Command('collect')
    .description('remove stored files that nothing refers to, and uploads of long ago')
    .option('--older-than <days>', 'only what was stored longer ago', integer(1), 7)
    .option('--dry-run', 'say what would go, remove nothing')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      '\nFailed imports, deleted data sets and single predictions leave such files. Servers and workers may run meanwhile.\n\nExample:\n  residua collect --older-than 30 --dry-run',
    )
    .action((options: CollectOptions) =>
      onStorage(options, 'current', async (parts, terminal) => {
        const { collectStorage } = await import('../../services/storage/collectStorage.js');
        const before = new Date(Date.now() - options.olderThan * 24 * 60 * 60 * 1000);
        const collected = await withProgress(terminal, 'collect', (progress) =>
          collectStorage(parts, { before, dryRun: options.dryRun, progress }),
        );
        if (terminal.json) return terminal.emit(collected);
        const { uploads, blobs, bytes } = collected;
        const what = `${blobs} files (${bytes} bytes) and ${uploads} uploads`;
        terminal.say(options.dryRun ? `${what} would be removed` : `${what} removed`);
      }),
    );
}
