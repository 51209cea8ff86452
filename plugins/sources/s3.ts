import { defineSource, z } from 'residua/plugin-api';
import { isFinished } from './fileNames.js';

/** Images below a prefix of an S3-compatible bucket. Objects appear whole, so each is taken as soon as it is seen. */
export const s3 = defineSource({
  id: 's3',
  version: '1.0.0',
  apiVersion: 2,
  title: 'S3 prefix',
  description: 'Images below a prefix of an S3-compatible bucket, by the credentials of the server.',
  onServer: true,
  params: z.strictObject({
    uri: z
      .string()
      .max(1_200)
      .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/, 'must look like s3://bucket/prefix')
      .describe("Bucket and prefix, at or below one of the server's import buckets."),
  }),
  open: async ({ uri }, context) => {
    const bucket = await context.bucket(uri);
    return {
      list: async function* (signal) {
        for await (const page of bucket.list(signal)) {
          const files = page.filter(({ key }) => isFinished(key.split('/').at(-1)!));
          yield files.map(({ key, bytes, tag }) => ({ key, bytes, stamp: tag, isWhole: true }));
        }
      },
      read: async (key, mostBytes, signal) => {
        const found = await bucket.read(key, mostBytes, signal);
        return found && { content: found.content, stamp: found.tag };
      },
      close: () => Promise.resolve(),
    };
  },
});
