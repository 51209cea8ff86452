import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { uploadBlob, type NamedBlob } from '../../src/client/index.js';
import { client } from './session.js';

/** Sends a file somebody dropped. @param owner who alone may use it. @returns the upload's id. */
export async function uploadDropped(file: File, owner: NamedBlob['owner'] & object): Promise<string> {
  const { name: filename, type } = file;
  const contentType = type || 'application/octet-stream';
  return uploadBlob(client, { filename, contentType, sha256: await digestOf(file), blob: file, owner });
}

/** The browser's own digest where it has one: it has none on plain http but on this machine. */
async function digestOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const own = globalThis.crypto.subtle as SubtleCrypto | undefined;
  return bytesToHex(own ? new Uint8Array(await own.digest('SHA-256', bytes)) : sha256(bytes));
}
