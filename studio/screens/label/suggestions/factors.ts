/** Of a version's pixel threshold: its stored map reaches four times as high. */
export const factors = { least: 0.25, most: 4 } as const;
