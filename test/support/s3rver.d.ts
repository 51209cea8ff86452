/** The part of the package we use; it brings no types. */
declare module '@20minutes/s3rver' {
  export interface S3rverContext {
    path: string;
    app: S3rver;
  }
  // The package has no other name for it.
  // eslint-disable-next-line no-restricted-syntax
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      vhostBuckets: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    middleware: ((context: S3rverContext, next: () => Promise<void>) => Promise<void>)[];
    run(): Promise<unknown>;
    close(): Promise<void>;
  }
}
