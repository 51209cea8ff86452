import { readFileSync } from 'node:fs';

/** Highest resident memory of this process so far, bytes: on Linux without what the process was before it ran this program. */
export function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1];
  return Number(kilobytes) * 1024;
}
