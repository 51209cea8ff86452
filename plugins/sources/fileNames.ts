/** Endings of images that are read. */
const imageEnding = /\.(png|jpe?g|webp|tiff?|bmp)$/i;

/** Hidden files, and the names that cameras, copying programs and browsers give to what is not finished. */
const unfinished = /^[.~]|~$|^Thumbs\.db$/i;

/** Whether a file of this name may be an image that nobody writes on any more. `part.png.tmp` and the like have another ending. */
export function isFinished(name: string): boolean {
  return imageEnding.test(name) && !unfinished.test(name);
}
