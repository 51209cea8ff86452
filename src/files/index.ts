export { isSha256 } from './blobDigest.js';
export * from './blobStore.js';
export * from './cocoRle.js';
export { filenameProblem, imagePathProblem } from './filename.js';
export { shown } from './shown.js';
export { encodeGrey16Png, encodeMaskPng, encodePng } from './encodeImage.js';
export type { ImageCheckOptions, ImageLimits } from './imageCheck.js';
export { decodeRgb, fittingSize, resizeRgb, type PixelReading } from './imageCodec.js';
export {
  inspectImage,
  previewContentType,
  previewImage,
  previewSides,
  type ImageFacts,
  type InspectedImage,
  type PreviewSide,
} from './inspectImage.js';
export { depthRemark, readingDepth, type SampleDepth } from './sampleDepth.js';
export { imageContentTypes, sniffSignature, type ImageFormat, type ImageSize, type Signature } from './imageFormat.js';
export * from './localBlobStore.js';
export { countAnomalousPixels, decodeMask, resizeMask, type EncodedMask, type MaskOptions } from './maskCodec.js';
export { parseMaskValue, type MaskChoice } from './maskRules.js';
export type { ArchiveLimits } from './archiveProblem.js';
export { openZip, type ZipArchive, type ZipArchiveEntry } from './zipArchive.js';
export { isJunk } from './archivePath.js';
export { zipStream, type ZipFileContent } from './zipWriter.js';
