/** The id clients see: opaque, unique over all types. @param id UUID. */
export function encodeGlobalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}
