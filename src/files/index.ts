export { isSha256 } from './blobDigest.js';
export * from './blobStore.js';
export * from './cocoRle.js';
export { filenameProblem, imagePathProblem, shown } from './filename.js';
export {
  decodeRgb,
  encodeGrey16Png,
  encodeMaskPng,
  encodePng,
  inspectImage,
  resizeRgb,
  thumbnail,
  thumbnailContentType,
  type ImageCheckOptions,
  type ImageFacts,
  type ImageLimits,
} from './imageCodec.js';
export { imageContentTypes, sniffSignature, type ImageFormat, type ImageSize, type Signature } from './imageFormat.js';
export * from './localBlobStore.js';
export { countAnomalousPixels, decodeMask, resizeMask, type MaskOptions } from './maskCodec.js';
export type { ArchiveLimits } from './archiveProblem.js';
export { openZip, type ZipArchive, type ZipArchiveEntry } from './zipArchive.js';
export { isJunk } from './archivePath.js';
export { zipStream, type ZipFileContent } from './zipWriter.js';
