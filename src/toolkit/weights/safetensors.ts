import { elementCount, type HostTensor, type TensorType } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';

/** Tensors by name and string metadata: the content of a safetensors file. */
export interface SafetensorsFile {
  tensors: Record<string, HostTensor>;
  metadata: Record<string, string>;
}

interface TensorHeader {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const typeNames: Record<TensorType, string> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
const bytesPerElement: Record<string, number> = { F32: 4, I32: 4, I64: 8, BOOL: 1 };
/** A header names tensors; the largest networks have some thousand. */
const maximalHeaderBytes = 10_000_000;
const maximalTensors = 10_000;

/** Writes a safetensors file: 8 bytes header length, JSON header, raw little-endian data. Names are sorted. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: Record<string, TensorHeader | Record<string, string>> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { data, dtype, shape } = tensors[name]!;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    header[name] = { dtype: typeNames[dtype], shape: [...shape], data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + offset).fill(0x20, 8 + json.length, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, 8);
  let position = 8 + padded;
  for (const part of parts) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}

/**
 * Reads a safetensors file. F32, I32, BOOL and I64 (narrowed to int32) are understood.
 * @param item what the file is called in errors.
 * @throws ProblemError MODEL_WEIGHTS_INVALID when the header or a tensor's range does not fit the bytes, MODEL_TOO_LARGE for a
 * tensor beyond 4 GB, more than 10,000 tensors or a header beyond 10 MB.
 */
export function decodeSafetensors(bytes: Uint8Array, item: string): SafetensorsFile {
  const invalid = (message: string) => weightsInvalid(item, message);
  if (bytes.length < 8) throw invalid(`a safetensors file has at least 8 bytes, found ${bytes.length}`);
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerBytes > maximalHeaderBytes) {
    const message = `${item}: the header claims ${headerBytes} bytes; at most ${maximalHeaderBytes} are read`;
    throw problem('MODEL_TOO_LARGE', message, { item });
  }
  if (headerBytes > bytes.length - 8) {
    throw invalid(`the header claims ${headerBytes} bytes, the file has ${bytes.length - 8} after its length`);
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))) as Record<string, unknown>;
  } catch {
    throw invalid('the header is not JSON');
  }
  const { __metadata__: metadata = {}, ...entries } = header as { __metadata__?: Record<string, string> };
  const count = Object.keys(entries).length;
  if (count > maximalTensors) {
    throw problem('MODEL_TOO_LARGE', `${item}: the header names ${count} tensors; at most ${maximalTensors} are read`, {
      item,
    });
  }
  const body = bytes.subarray(8 + headerBytes);
  const tensors = Object.fromEntries(
    Object.entries(entries as Record<string, TensorHeader>).map(([name, entry]) => [
      name,
      readTensor(name, entry, body, item),
    ]),
  );
  return { tensors, metadata };
}

function weightsInvalid(item: string, message: string) {
  return problem('MODEL_WEIGHTS_INVALID', `${item}: ${message}`, { item });
}

function readTensor(name: string, entry: TensorHeader, body: Uint8Array, item: string): HostTensor {
  const invalid = (message: string) => weightsInvalid(item, message);
  const { dtype, shape, data_offsets: offsets } = entry;
  const elementBytes = bytesPerElement[dtype];
  if (elementBytes === undefined)
    throw invalid(`tensor ${name} has type ${dtype}; known: ${Object.keys(bytesPerElement).join(', ')}`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw invalid(`tensor ${name} has shape ${JSON.stringify(shape)}`);
  }
  if (elementCount(shape) * elementBytes > 2 ** 32) {
    throw problem('MODEL_TOO_LARGE', `${item}: tensor ${name} of shape [${shape.join(', ')}] has more than 4 GB`, {
      item,
    });
  }
  const [begin, end] = Array.isArray(offsets) ? offsets : [NaN, NaN];
  const expected = elementCount(shape) * elementBytes;
  if (!(begin >= 0 && end <= body.length && end - begin === expected)) {
    throw invalid(
      `tensor ${name} of shape [${shape.join(', ')}] needs ${expected} bytes, its range is ${begin} to ${end} of ${body.length}`,
    );
  }
  // A copy, because the range need not be aligned to the element size; not slice(), which on a Buffer shares memory.
  const data = new Uint8Array(body.subarray(begin, end));
  if (dtype === 'F32') return { shape, dtype: 'float32', data: new Float32Array(data.buffer) };
  if (dtype === 'I32') return { shape, dtype: 'int32', data: new Int32Array(data.buffer) };
  if (dtype === 'I64') return { shape, dtype: 'int32', data: Int32Array.from(new BigInt64Array(data.buffer), Number) };
  return { shape, dtype: 'bool', data };
}
