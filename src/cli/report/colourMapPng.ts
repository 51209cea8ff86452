import { encodePng } from '../../files/index.js';
import type { RgbImage } from '../../shared/images.js';
import { colourMap } from '../../toolkit/post-processing/overlay.js';
import { drawText, textWidth } from './pixelText.js';
import { readAnomalyMap } from './thumbnails.js';

/** Height of the colour bar and of the whole legend under a map, pixels. */
const bar = 8;
const legend = 24;
/** Numbers of the legend need so much room. */
const leastWidth = 160;

/**
 * A 16-bit anomaly map in colours, with a legend below: from 0 over the threshold, in the middle, to twice the threshold.
 * @param scale score of the map's white.
 */
export async function colourMapPng(png: Uint8Array, scale: number, pixelThreshold: number): Promise<Buffer> {
  const map = await readAnomalyMap(png);
  const high = pixelThreshold > 0 ? 2 * pixelThreshold : scale;
  const range = { low: 0, high: high / scale };
  const coloured = colourMap(map, range);
  const width = Math.max(coloured.width, leastWidth);
  const picture = {
    width,
    height: coloured.height + legend,
    data: new Uint8Array(width * (coloured.height + legend) * 3).fill(255),
  };
  paste(picture, coloured, 0);
  const ramp = {
    width,
    height: bar,
    data: Float32Array.from({ length: width * bar }, (_, i) => (i % width) / (width - 1)),
  };
  paste(picture, colourMap(ramp, { low: 0, high: 1 }), coloured.height + 2);
  const line = coloured.height + bar + 6;
  const numbers = [0, high / 2, high].map((value) => String(Number(value.toPrecision(3))));
  const places = [0, Math.round((width - textWidth(numbers[1]!)) / 2), width - textWidth(numbers[2]!)];
  numbers.forEach((text, i) => drawText(picture, text, places[i]!, line));
  return encodePng(picture);
}

function paste(onto: RgbImage, { width, height, data }: RgbImage, top: number): void {
  for (let row = 0; row < height; row += 1) {
    onto.data.set(data.subarray(3 * row * width, 3 * (row + 1) * width), 3 * (top + row) * onto.width);
  }
}
