import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { PixelProcesses } from '../../../src/services/pixel-process/pixelProcesses.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { problemOf } from '../../unit/files/problems.js';

const pixels = new PixelProcesses({ decoderBytes: defaultLimits.decoderBytes });
afterAll(() => pixels.stop());

const white = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#ffffff' } });

describe('pixel processes', () => {
  it('answer and refuse like the tasks themselves', async () => {
    const bytes = await white(300).png().toBuffer();
    const inspected = await pixels.run('inspect', [bytes, { item: 'a.png' }]);
    expect(inspected).toMatchObject({ format: 'png', width: 300, height: 300, orientation: 1, sampleBits: 8 });
    expect(await sharp(inspected.preview).metadata()).toMatchObject({ format: 'webp', width: 256 });
    const cut = pixels.run('inspect', [bytes.subarray(0, 60), { item: 'a.png' }]);
    expect(await problemOf(cut)).toMatchObject({ code: 'IMAGE_CORRUPT', item: 'a.png' });
  });

  it('leave the event loop free while a mask of 64 megapixels is read', async () => {
    const bytes = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#ffffff' } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const mask = await pixels.run('mask', [bytes, {}]);
    clearInterval(beat);
    expect(mask).toMatchObject({ width: 8000, height: 8000, anomalousPixels: 64_000_000 });
    expect(longest).toBeLessThan(1000);
  });

  it('end with a picture that takes too much memory or time, and the next one is decoded', async () => {
    const bytes = await white(7000).webp().toBuffer();
    const small = new PixelProcesses({ decoderBytes: 256 * 1024 * 1024, processes: 1 });
    const { code, message } = await problemOf(small.run('mask', [bytes, { item: 'b.webp' }], { item: 'b.webp' }));
    expect(code).toBe('IMAGE_TOO_LARGE');
    expect(message).toContain('268435456 bytes of memory');
    const next = small.run('inspect', [await white(64).png().toBuffer(), {}]);
    expect(await next).toMatchObject({ width: 64 });
    small.stop();
    const hasty = new PixelProcesses({ ...defaultLimits, seconds: 0.001 });
    expect(await problemOf(hasty.run('mask', [bytes, {}]))).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    hasty.stop();
  });

  it('drop what waits when its caller is gone', async () => {
    const one = new PixelProcesses({ ...defaultLimits, processes: 1 });
    const bytes = await white(64).png().toBuffer();
    const caller = new AbortController();
    const first = one.run('inspect', [bytes, {}]);
    const dropped = one.run('inspect', [bytes, {}], { signal: caller.signal });
    caller.abort(new Error('gone'));
    await expect(dropped).rejects.toThrow('gone');
    expect(await first).toMatchObject({ width: 64 });
    one.stop();
  });
});
