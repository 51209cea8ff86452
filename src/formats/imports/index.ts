import type { ImportFormat } from '../importFormat.js';
import { btad } from './btad.js';
import { coco } from './coco.js';
import { cvat } from './cvat.js';
import { folders } from './folders.js';
import { kolektorsdd2 } from './kolektorsdd2.js';
import { labelme } from './labelme.js';
import { labelstudio } from './labelStudio.js';
import { manifest } from './manifest.js';
import { mvtec } from './mvtec.js';
import { visa } from './visa.js';
import { voc } from './voc.js';
import { yolo } from './yolo.js';

/** Every layout that can be imported. */
export const importFormats: readonly ImportFormat[] = [
  mvtec,
  visa,
  btad,
  kolektorsdd2,
  folders,
  manifest,
  coco,
  voc,
  yolo,
  labelme,
  labelstudio,
  cvat,
];
