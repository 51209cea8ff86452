import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../shared/config.js';

/** How an S3-compatible server is spoken to. */
export type S3Address = Pick<S3Settings, 'endpoint' | 'region' | 'pathStyle'>;

/** Speaks to an S3-compatible server. Credentials come from the usual places: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role. */
export function s3Client({ endpoint, region, pathStyle }: S3Address): S3Client {
  // This version of the SDK runs on every Node we support; its advice to move on is for us, not for who runs us.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: pathStyle,
    // Other makes of S3 do not know the newer checksums; ours is the address itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
}
