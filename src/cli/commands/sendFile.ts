import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ResiduaClient } from '../../client/index.js';
import { uploadFile } from '../../client/node/index.js';
import type { Terminal } from '../terminal/terminal.js';

/** Uploads a file, with a bar when it is large. @returns the upload's id. @throws RefusedError NOT_FOUND for no such file. */
export async function sendFile(client: ResiduaClient, terminal: Terminal, file: string): Promise<string> {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const progress = terminal.transfer(basename(file), bytes);
  try {
    return await uploadFile(client, file, (sent) => progress.show(sent, bytes));
  } finally {
    progress.end();
  }
}
