import { SaveMaskDocument, ServerLimitsDocument, type SavePixelAnnotationInput } from '../../../src/client/index.js';
import { encodeRle } from '../../../src/files/cocoRle.js';
import { client } from '../../api/session.js';
import { uploadDropped } from '../../api/uploads.js';
import { bytesOf, type Mask } from '../../canvas/mask.js';
import { maskPng } from '../../canvas/png.js';

/** Of the server, asked for once. */
let limits: Promise<{ requestBytes: number }> | undefined;

/**
 * A mask as it is sent: run lengths inside the request, or where the server takes no request of that size a PNG that goes ahead.
 * @param rest of the request.
 * @param datasetId the only data set that may use the upload.
 */
export async function sentMask(
  mask: Mask,
  rest: Omit<SavePixelAnnotationInput, 'counts' | 'uploadId'>,
  datasetId: string,
): Promise<Pick<SavePixelAnnotationInput, 'counts' | 'uploadId'>> {
  const counts = encodeRle(bytesOf(mask));
  const { requestBytes } = await limitsOfServer();
  if (client.bytesOf(SaveMaskDocument, { input: { ...rest, counts } }) <= requestBytes) return { counts };
  const file = new File([await maskPng(mask)], 'mask.png', { type: 'image/png' });
  return { uploadId: await uploadDropped(file, { datasetId }) };
}

function limitsOfServer(): Promise<{ requestBytes: number }> {
  limits ??= client
    .request(ServerLimitsDocument)
    .then(({ server }) => server.limits as { requestBytes: number })
    .catch((error: unknown) => {
      limits = undefined;
      throw error;
    });
  return limits;
}
