/** How far a GPU may be from the processor after two steps of a training. */
export interface DetectorTolerance {
  /** Of what a step reports, as a share of it, or of 1 where it is smaller; the first one is held to {@link firstStep}. */
  metrics: number;
  /**
   * Of the first gradient towards a parameter, as a share of its length. A wrong kernel makes another gradient, 1 and more; rounding that turns one ReLU
   * or maximum was seen to make 0.05.
   */
  gradients: number;
  /** Of a map, as a share of its range. */
  map: number;
  why: string;
}

const usual: DetectorTolerance = {
  metrics: 1e-3,
  gradients: 0.1,
  map: 1e-2,
  why: 'sums in another order: 1e-6 a product, some hundred of them in a row; AdamW makes whole steps of gradients that are nearly 0',
};

/** Where two steps are known to magnify rounding. */
const others: Readonly<Record<string, DetectorTolerance>> = {
  draem: {
    metrics: 0.02,
    // Changed by 0.4 by rounding alone; compared apart, where rounding does not grow: see gradient.test of draem.
    gradients: Infinity,
    map: 1e-2,
    why: 'its normalisations magnify rounding at the start: on the processor alone parameters changed by 1e-6 of themselves change the second step by up to 0.6 %, one value of each image changed by 1/255 by up to 2.2 %',
  },
  destseg: {
    metrics: 0.01,
    gradients: 0.1,
    map: 1e-2,
    why: 'four steps in two stages; on the processor alone parameters changed by 1e-6 of themselves change a loss of its segmentation by up to 0.4 %, one value of each image changed by 1/255 by up to 0.7 %',
  },
};

/**
 * Of what the first step reports, which is before anything was changed: rounding has had no step to grow in, in any detector. Parameters changed by
 * 1e-6 of themselves change it by 1e-6.
 */
export const firstStep = usual.metrics;

/** Of a detector. */
export function detectorTolerance(id: string): DetectorTolerance {
  return others[id] ?? usual;
}
