import type { BinaryMask, Box } from '../../shared/images.js';

/** One 8-connected region of a mask. */
export interface Component {
  pixels: number;
  box: Box;
}

/** The regions of a mask, and which pixel belongs to which. */
export interface ConnectedComponents {
  /** One number a pixel, row-major: 0 background, i + 1 the region `components[i]`. */
  labels: Int32Array;
  /** In row-major order of their first pixels. */
  components: Component[];
}

/**
 * 8-connected regions of the non-zero pixels (two passes with union-find).
 * @throws RangeError when the mask's length is not its size.
 */
export function connectedComponents(mask: BinaryMask): ConnectedComponents {
  const { width, height, data } = mask;
  if (data.length !== width * height) throw new RangeError(`a mask of ${width} x ${height} has ${data.length} pixels`);
  const { labels, parents } = joinNeighbours(mask);
  const numbers = new Int32Array(parents.length);
  const components: Component[] = [];
  // x and y of the box hold the minimum, width and height the maximum until the end.
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (labels[i] === 0) continue;
      const root = findRoot(parents, labels[i]!);
      if (numbers[root] === 0) numbers[root] = components.push({ pixels: 0, box: { x, y, width: x, height: y } });
      const number = numbers[root]!;
      labels[i] = number;
      const component = components[number - 1]!;
      component.pixels++;
      if (x < component.box.x) component.box.x = x;
      if (x > component.box.width) component.box.width = x;
      component.box.height = y;
    }
  }
  for (const { box } of components) {
    box.width -= box.x - 1;
    box.height -= box.y - 1;
  }
  return { labels, components };
}

/** First pass: provisional labels, and for each the label it was joined with (itself for a root). */
function joinNeighbours({ width, height, data }: BinaryMask): { labels: Int32Array; parents: number[] } {
  const labels = new Int32Array(width * height);
  const parents = [0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === 0) continue;
      const up = y > 0 ? labels[i - width]! : 0;
      // The pixel above touches the three other earlier neighbours: they are joined already.
      if (up !== 0) {
        labels[i] = up;
        continue;
      }
      const left = x > 0 ? labels[i - 1]! : 0;
      const upLeft = x > 0 && y > 0 ? labels[i - width - 1]! : 0;
      const upRight = x + 1 < width && y > 0 ? labels[i - width + 1]! : 0;
      let label = left !== 0 ? left : upLeft;
      if (upRight !== 0) label = label !== 0 ? join(parents, label, upRight) : upRight;
      labels[i] = label !== 0 ? label : parents.push(parents.length) - 1;
    }
  }
  return { labels, parents };
}

function findRoot(parents: number[], label: number): number {
  let root = label;
  while (parents[root] !== root) root = parents[root]!;
  while (parents[label] !== root) {
    const next = parents[label]!;
    parents[label] = root;
    label = next;
  }
  return root;
}

function join(parents: number[], a: number, b: number): number {
  const rootA = findRoot(parents, a);
  const rootB = findRoot(parents, b);
  const root = Math.min(rootA, rootB);
  parents[rootA] = root;
  parents[rootB] = root;
  return root;
}
