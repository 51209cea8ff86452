import type { ExportFormat } from '../exportFormat.js';
import { blocksCsv } from './blocksCsv.js';
import { coco } from './coco.js';
import { manifest } from './manifest.js';
import { mvtec } from './mvtec.js';
import { voc } from './voc.js';

/** Every layout that can be exported; docs/formats.md says what each loses. */
export const exportFormats: readonly ExportFormat[] = [manifest, coco, voc, mvtec, blocksCsv];
