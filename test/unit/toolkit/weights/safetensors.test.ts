import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../../../src/shared/compute.js';
import { decodeSafetensors, encodeSafetensors } from '../../../../src/toolkit/weights/safetensors.js';

const file = {
  tensors: {
    weight: hostTensor(Float32Array.of(1.5, -2, 3e-8, 4, 5, 6), [2, 3]),
    flags: hostTensor(Uint8Array.of(1, 0, 1), [3]),
    places: hostTensor(Int32Array.of(7, -8), [2]),
    scalar: hostTensor(Float32Array.of(9), []),
  },
  metadata: { residua: '{"a":1}' },
};

/** A file with this header and body. */
function handMade(header: string, body: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('safetensors', () => {
  it('gives back what was written', () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(file), 'file');
    expect(metadata).toEqual(file.metadata);
    expect(tensors).toEqual(file.tensors);
  });

  it('reads a Buffer that is a part of a larger one', () => {
    const bytes = encodeSafetensors(file);
    const larger = Buffer.concat([Buffer.alloc(5, 1), bytes, Buffer.alloc(9, 2)]);
    expect(decodeSafetensors(larger.subarray(5, 5 + bytes.length), 'file').tensors).toEqual(file.tensors);
  });

  it.each([
    ['too short', new Uint8Array(7), 'at least 8 bytes'],
    ['a header longer than the file', Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0), 'claims 65535 bytes'],
    ['a header that is no JSON', handMade('{nope', 0), 'not JSON'],
    ['an unknown type', handMade('{"w":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1), 'has type F8'],
    ['a negative size', handMade('{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4), 'has shape [-1]'],
    [
      'a tensor too large to be real',
      handMade('{"w":{"dtype":"F32","shape":[200000,200000],"data_offsets":[0,8]}}', 8),
      'MODEL_TOO_LARGE',
    ],
    ['a range beyond the end', handMade('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 4), 'needs 8 bytes'],
    [
      'a range that does not fit the shape',
      handMade('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 8),
      'needs 8 bytes',
    ],
  ])('refuses %s, naming it', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'file')).toThrow(message);
  });
});
