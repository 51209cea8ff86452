import { availableParallelism, cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Above this share of the machine for others, seconds say more about them than about what was measured. */
export const mostOtherWork = 0.1;

/** Follows how much other processes do from now on. @returns asks for the share of all cores that they have had since, 0 to 1. */
export function followOtherWork(): () => number {
  const before = { all: busyMilliseconds(), own: ownMilliseconds(), at: performance.now() };
  return () => {
    const others = busyMilliseconds() - before.all - (ownMilliseconds() - before.own);
    return Math.max(0, others) / ((performance.now() - before.at) * availableParallelism());
  };
}

function busyMilliseconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

function ownMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
