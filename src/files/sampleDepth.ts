/** Bits that cameras deliver, in files of 8 or 16 bits a sample. */
export const sampleDepths = [8, 10, 12, 14, 16] as const;
export type SampleDepth = (typeof sampleDepths)[number];

/** The fewest bits, of those that cameras deliver, that hold a value. @param maximum 0 to 65,535. */
export function depthOf(maximum: number): SampleDepth {
  return sampleDepths.find((bits) => maximum < 2 ** bits) ?? 16;
}

/**
 * 16-bit samples as bytes.
 * @param depth bits that stand for white; a sample above them is white too. Undefined: the high byte is kept.
 */
export function samplesToBytes(samples: Uint16Array, depth: SampleDepth | undefined): Uint8Array {
  if (depth === undefined) return Uint8Array.from(samples, (sample) => sample >> 8);
  const scale = 255 / (2 ** depth - 1);
  return Uint8Array.from(samples, (sample) => Math.min(255, Math.round(sample * scale)));
}

/**
 * Bits that stand for white when a model reads an image: those it was trained with. Of an image that uses 16-bit samples where
 * the training saw only 8 bits, its own.
 * @param trained undefined for a model from before this was recorded: high bytes are kept.
 * @param own undefined when they are not known.
 */
export function readingDepth(
  trained: number | null | undefined,
  own: number | null | undefined,
): SampleDepth | undefined {
  if (trained === null || trained === undefined) return undefined;
  return (trained <= 8 ? Math.max(trained, own ?? 8) : trained) as SampleDepth;
}

/** What to tell about an image of another depth than a model's training; undefined when there is nothing. */
export function depthRemark(trained: number | null | undefined, own: number | null | undefined): string | undefined {
  if (!trained || !own || trained === own) return undefined;
  const facts = `its values use ${own} bits, those of the training ${trained}`;
  if (own > trained)
    return `${facts}: ${trained > 8 ? 'what is brighter is cut off' : 'it was scaled by its own range'}`;
  return own === 8 ? `${facts}: it may be darker or brighter than the training's` : undefined;
}
