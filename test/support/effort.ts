import { expect } from 'vitest';

/** Seconds of processors that refusing something may cost this process. */
const mostSeconds = 3;

/** Does something that must be cheap: counted in seconds of processors, which other work of the machine does not lengthen. */
export async function cheaply<T>(run: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(mostSeconds);
  return result;
}
