import { totalmem } from 'node:os';

/** Memory of the machine, or of its container. */
export function machineBytes(): number {
  const [constrained, total] = [process.constrainedMemory(), totalmem()];
  return constrained > 0 ? Math.min(constrained, total) : total;
}
