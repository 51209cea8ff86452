/** What a child process tells the command that started it, over the IPC channel. */
export type ChildMessage =
  { type: 'ready'; url?: string; databaseUrl?: string } | { type: 'peak-memory'; bytes: number };

/** What the command asks of its child. `keep`: go on without me. */
export type ParentMessage = { type: 'peak-memory' } | { type: 'keep' };
