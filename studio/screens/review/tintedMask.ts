import { client } from '../../api/session.js';

/** Colour and opacity of what a mask marks. */
const tint = [229, 52, 43, 130] as const;

/** The mask at an address, white where it marks something, as a coloured veil to lay over its image. */
export async function tintedMask(url: string): Promise<ImageBitmap> {
  const mask = await createImageBitmap(await (await client.open(url)).blob());
  const canvas = new OffscreenCanvas(mask.width, mask.height);
  const paint = canvas.getContext('2d')!;
  paint.drawImage(mask, 0, 0);
  mask.close();
  const pixels = paint.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) data.set(data[i]! > 127 ? tint : [0, 0, 0, 0], i);
  return createImageBitmap(pixels);
}
