/** The public door of `src/formats`: layouts of files that other programs write and read. */
export type { ExportFormat, ExportPlan, ExportSource } from './exportFormat.js';
export type { FrozenImage, FrozenImages, FrozenLabels } from './exports/frozenImages.js';
export { exportFormats } from './exports/index.js';
export type {
  ImportContext,
  ImportFormat,
  ImportPlan,
  PlannedBounds,
  PlannedBox,
  PlannedImage,
  Region,
  SourceFile,
  SourceTree,
} from './importFormat.js';
export { importFormats } from './imports/index.js';
export { isImagePath, splitNamedIn } from './planning/names.js';
export { normalNames, type NormalNames } from './planning/normalNames.js';
export { watchReads, type ReadWatch } from './readWatch.js';
export { isInside, openFolderTree, openZipTree } from './sourceTree.js';
export { takeOriginalNames, withOriginalNames } from './originalNames.js';
