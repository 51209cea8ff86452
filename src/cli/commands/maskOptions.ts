import { Option } from 'commander';
import { integer } from './options.js';

/** What a command may be told about mask files; at most one of both. */
export interface MaskOptions {
  maskThreshold?: number;
  maskValue?: string;
}

/** `--mask-threshold`. */
export function maskThresholdOption(): Option {
  return new Option('--mask-threshold <value>', 'take mask values at or above it, 1 to 255, for the defect')
    .argParser(integer(1, 255))
    .conflicts('maskValue');
}

/** `--mask-value`. */
export function maskValueOption(): Option {
  return new Option(
    '--mask-value <value>',
    'take this mask value for the defect: a grey value or palette number such as 3, or a colour such as 255,0,0',
  );
}
