/** Labels that are drawn, the cheapest first. */
export const drawnKinds = ['BOX', 'BLOCK', 'PIXEL'] as const;
export type DrawnKind = (typeof drawnKinds)[number];
