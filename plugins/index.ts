import type { AnyPlugin } from 'residua/plugin-api';
import { knnResidual } from './augmentations/knn-residual.js';
import { residualDropout } from './augmentations/residual-dropout.js';
import { syntheticDefect } from './augmentations/synthetic-defect.js';
import { bgad } from './detectors/bgad/bgad.js';
import { cflow } from './detectors/cflow/cflow.js';
import { destseg } from './detectors/destseg/destseg.js';
import { dmad } from './detectors/dmad/dmad.js';
import { dra } from './detectors/dra/dra.js';
import { draem } from './detectors/draem/draem.js';
import { devnet } from './detectors/devnet.js';
import { nfad } from './detectors/nfad/nfad.js';
import { padim } from './detectors/padim.js';
import { patchcore } from './detectors/patchcore.js';
import { pyramidflow } from './detectors/pyramidflow/pyramidflow.js';
import { rd } from './detectors/rd/rd.js';
import { prn } from './detectors/prn/prn.js';
import { rdpp } from './detectors/rdpp/rdpp.js';
import { semirest } from './detectors/semirest/semirest.js';
import { simplenet } from './detectors/simplenet.js';
import { stfpm } from './detectors/stfpm/stfpm.js';
import { mobilenetV3 } from './feature-extractors/mobilenet-v3.js';
import { onnx } from './feature-extractors/onnx.js';
import { wideResnet50 } from './feature-extractors/wide-resnet50.js';
import { focal } from './losses/focal.js';
import { folder as folderSink } from './sinks/folder.js';
import { mqtt } from './sinks/mqtt.js';
import { folder as folderSource } from './sources/folder.js';
import { s3 } from './sources/s3.js';

/** Every plugin that comes with Residua: one line each. */
export const builtInPlugins = [
  mobilenetV3,
  wideResnet50,
  onnx,
  syntheticDefect,
  knnResidual,
  residualDropout,
  focal,
  semirest,
  patchcore,
  padim,
  simplenet,
  devnet,
  dra,
  draem,
  stfpm,
  rd,
  cflow,
  nfad,
  bgad,
  prn,
  rdpp,
  destseg,
  dmad,
  pyramidflow,
  mqtt,
  folderSink,
  folderSource,
  s3,
] as unknown as readonly AnyPlugin[];
