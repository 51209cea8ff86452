import type { RgbImage } from '../../shared/images.js';

/** Rows of 3 pixels, five of each sign, as octal digits. Drawn here because containers often have no fonts. */
const signs: Readonly<Record<string, string>> = {
  ...{ '0': '75557', '1': '26227', '2': '71747', '3': '71717', '4': '55711', '5': '74717', '6': '74757', '7': '71111' },
  ...{ '8': '75757', '9': '75717', '.': '00002', '-': '00700', '+': '02720', e: '07647' },
};

/** Pixels of the picture for one of a sign, and of a sign with its gap. */
const size = 2;
const step = 4 * size;

/** Pixels a number is wide. */
export function textWidth(text: string): number {
  return text.length * step - size;
}

/** Draws a number in black; unknown signs stay blank. The picture is changed. */
export function drawText(picture: RgbImage, text: string, left: number, top: number): void {
  [...text].forEach((sign, index) => {
    [...(signs[sign] ?? '00000')].forEach((row, y) => {
      for (let x = 0; x < 3; x += 1) {
        if ((Number(row) >> (2 - x)) & 1) fillSquare(picture, left + index * step + x * size, top + y * size);
      }
    });
  });
}

function fillSquare({ width, height, data }: RgbImage, left: number, top: number): void {
  for (let y = top; y < Math.min(height, top + size); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, left + size); x += 1)
      data.fill(0, 3 * (y * width + x), 3 * (y * width + x + 1));
  }
}
