import { InvalidArgumentError } from 'commander';
import type { SweepDetectorInput } from '../../client/index.js';
import { supervisionNames, supervisionOf } from '../commands/options.js';

/** A detector and what its trainings may read. */
export type Method = Pick<SweepDetectorInput, 'name' | 'supervision'>;

/**
 * What is tried when nobody names methods: the one with nothing to tune first, which the others are compared with, then by how long their
 * trainings take with `cpu-small`. Left out are those that take much longer or found less in docs/results/methods.md.
 */
export const usualMethods: readonly Method[] = [
  { name: 'patchcore', supervision: 'UNSUPERVISED' },
  { name: 'padim', supervision: 'UNSUPERVISED' },
  { name: 'cflow', supervision: 'UNSUPERVISED' },
  { name: 'semirest', supervision: 'UNSUPERVISED' },
  { name: 'semirest', supervision: 'SEMI_SUPERVISED' },
  { name: 'semirest', supervision: 'SUPERVISED' },
  { name: 'bgad', supervision: 'SUPERVISED' },
  { name: 'rd', supervision: 'UNSUPERVISED' },
  { name: 'simplenet', supervision: 'UNSUPERVISED' },
];

/** Reads `patchcore,padim,semirest:supervised`; unsupervised where nothing is said. */
export function methods(text: string): Method[] {
  return text.split(',').map((part) => {
    const [name = '', supervision = 'unsupervised', ...rest] = part.trim().split(':');
    if (name && Object.hasOwn(supervisionNames, supervision) && rest.length === 0) {
      return { name, supervision: supervisionOf(supervision) };
    }
    const known = Object.keys(supervisionNames).join(', ');
    throw new InvalidArgumentError(
      `must be detectors with a comma between, each alone or with one of ${known} behind a colon.`,
    );
  });
}

/** `semirest, supervised`. */
export function methodName({ detector, supervision }: { detector: string; supervision: string }): string {
  return `${detector}, ${supervisionName(supervision)}`;
}

/** `SEMI_SUPERVISED` to `semi-supervised`. */
export function supervisionName(supervision: string): string {
  return supervision.toLowerCase().replace('_', '-');
}
