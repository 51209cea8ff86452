import type { ImportFormat } from './format.js';
import { mvtec } from './mvtec.js';

/** Every layout that can be imported. */
export const importFormats: readonly ImportFormat[] = [mvtec];
