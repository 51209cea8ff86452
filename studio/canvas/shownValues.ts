import type { BlockValue } from './blocks.js';

/** How a value looks on any surface: colour and hatching, so that neither alone must tell. */
export interface ShownValue {
  letter: string;
  colour: string;
  /** Lines per block: one diagonal, the other, both, or none. */
  hatch: 'none' | 'rising' | 'falling' | 'both';
}

export const shownValues: Readonly<Record<BlockValue, ShownValue>> = {
  NORMAL: { letter: 'N', colour: '#2e9f5b', hatch: 'none' },
  ANOMALOUS: { letter: 'A', colour: '#e5342b', hatch: 'both' },
  IGNORED: { letter: 'I', colour: '#8d8d8d', hatch: 'falling' },
  UNKNOWN: { letter: 'U', colour: '#e0a100', hatch: 'rising' },
};
