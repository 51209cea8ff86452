import type { DataSource } from 'typeorm';
import type { Terminal } from '../terminal/terminal.js';
import { onStorage } from './storageCommand.js';

/**
 * Works on people and their rights in the database itself, and says so in the audit log.
 * @param action undefined for what changes nothing.
 */
export async function onPeople(
  options: { json?: boolean },
  action: string | undefined,
  input: object,
  work: (dataSource: DataSource, terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { AuditEventsService } = await import('../../services/audit-events.service.js');
  await onStorage(options, 'current', async ({ dataSource }, terminal) => {
    const run = () => work(dataSource, terminal);
    if (!action) return run();
    const actor = { principal: undefined, via: 'CLI', address: undefined, requestId: undefined };
    await new AuditEventsService(dataSource).audited(actor, { action, input }, run);
  });
}
