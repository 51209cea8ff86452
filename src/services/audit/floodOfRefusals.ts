import { networkOf } from '../../access/index.js';
import type { NewAuditEvent } from '../../database/index.js';

/** Lines of one kind that one principal, or network, has within a window; what comes beyond is counted. */
const mostLines = 10;
const windowMilliseconds = 60_000;

/** Kinds that are told apart; beyond them nobody is. */
const mostWindows = 10_000;

interface Window {
  count: number;
  last: NewAuditEvent;
  timer: NodeJS.Timeout;
}

/**
 * Keeps refusals from filling the audit log: of one principal, or of one network where nobody is known, ten lines a minute for each
 * action and reason. When the minute is over one line says how many more there were.
 */
export class FloodOfRefusals {
  private readonly windows = new Map<string, Window>();

  /** @param tell writes the line about those that had none; must not throw. */
  constructor(private readonly tell: (event: NewAuditEvent) => Promise<void>) {}

  /** Whether a refusal has a line of its own; counts it otherwise. */
  admits(event: NewAuditEvent): boolean {
    const key = this.keyOf(event);
    const window = this.windows.get(key) ?? this.open(key, event);
    window.count += 1;
    window.last = event;
    return window.count <= mostLines;
  }

  /** Tells at once what would be told when the minutes are over. */
  async end(): Promise<void> {
    await Promise.all([...this.windows.keys()].map((key) => this.close(key)));
  }

  private open(key: string, last: NewAuditEvent): Window {
    const timer = setTimeout(() => void this.close(key), windowMilliseconds);
    const window = { count: 0, last, timer: timer.unref() };
    this.windows.set(key, window);
    return window;
  }

  private async close(key: string): Promise<void> {
    const window = this.windows.get(key);
    if (!window) return;
    this.windows.delete(key);
    clearTimeout(window.timer);
    const more = window.count - mostLines;
    const { problems } = window.last.details;
    if (more > 0) await this.tell({ ...window.last, targets: [], details: { problems, more }, requestId: null });
  }

  private keyOf({ principalId, address, action, details }: NewAuditEvent): string {
    const what = `${action} ${String(details['problems'])}`;
    const key = `${what} ${principalId ?? networkOf(address ?? '')}`;
    return this.windows.has(key) || this.windows.size < mostWindows ? key : what;
  }
}
