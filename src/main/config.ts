import path from 'node:path';
import { z } from 'zod';
import {
  computeEngineNames,
  defaultLimits,
  type Limits,
  type ResiduaConfig,
  type S3Settings,
} from '../shared/config.js';
import { ProblemError, type Problem } from '../shared/errors.js';
import { failpointActions, failpoints } from '../shared/failpoints.js';
import { jobKinds } from '../shared/jobKinds.js';
import { accessVariables, accountProblems, list, oidcOf, secretVariables, withSecretFiles } from './accessSettings.js';

type Environment = Readonly<Record<string, string | undefined>>;

const folder = z.string().transform((text) => path.resolve(text));
const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((text) => text.replace(/\/+$/, ''));
const bucketUrl = z
  .string()
  .regex(
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.()/-]*)?$/,
    'must look like s3://bucket or s3://bucket/prefix',
  )
  .transform((text) => {
    const [bucket = '', ...folders] = text.slice('s3://'.length).split('/').filter(Boolean);
    return { bucket, prefix: folders.join('/') };
  });
const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must look like postgres://user:password@host:5432/name',
});
const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true');
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most,
      `must be a whole number from ${least} to ${most}`,
    )
    .transform(Number);

/** `models.example.com:8443` or `http://10.0.0.5`: what stands before a path. */
const origins = list(',').pipe(
  z.array(
    z
      .string()
      .transform((item) => (/^https?:\/\//.test(item) ? item : `https://${item}`))
      .refine((item) => URL.canParse(item) && new URL(item).href === `${new URL(item).origin}/`, {
        error: 'must hold hosts such as models.example.com, or http://host for one without https',
      })
      .transform((item) => new URL(item).origin),
  ),
);

const hostNames = list(',').pipe(
  z.array(
    z
      .string()
      .regex(/^[a-z0-9_-]+([.][a-z0-9_-]+)*$/, 'must hold names such as residua.lan, in small letters, without a port'),
  ),
);

/** Stands for every web origin. */
const everyOrigin = '*';

/** As browsers send them: `https://host`, with a port where it is not the usual one. */
const webOrigins = list(',').pipe(
  z.array(
    z.string().refine((item) => item === everyOrigin || isOrigin(item), {
      error: 'must hold origins such as https://studio.example.com, without a path or a slash at the end, or * for all',
    }),
  ),
);

/** Those of programs that show pages of their own, such as `tauri://localhost`, have no standard form. */
function isOrigin(item: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(item) || !URL.canParse(item)) return false;
  return !item.startsWith('http') || new URL(item).origin === item;
}

const workerKinds = list(',').pipe(
  z.array(z.enum(jobKinds, { error: `must hold some of ${jobKinds.join(', ')}` })).min(1, 'must hold a kind of work'),
);
const failpointList = list(';')
  .transform((items) => Object.fromEntries(items.map((item) => item.split('=').map((part) => part.trim()))) as object)
  .pipe(
    z.partialRecord(z.enum(failpoints), z.enum(failpointActions), {
      error: `must look like ${failpoints[0]}=kill;${failpoints[1]}=throw; known: ${failpoints.join(', ')}`,
    }),
  );

const settings = z.object({
  RESIDUA_HOME: folder.default(path.resolve('.residua')),
  DATABASE_URL: databaseUrl.optional(),
  RESIDUA_HOST: z.string().default('127.0.0.1'),
  RESIDUA_PORT: wholeNumber(0, 65_535).default(4000),
  RESIDUA_PUBLIC_URL: webUrl.optional(),
  RESIDUA_IMPORT_ROOTS: list(path.delimiter).default([]),
  RESIDUA_IMPORT_BUCKETS: list(',').pipe(z.array(bucketUrl)).default([]),
  RESIDUA_SINK_ROOTS: list(path.delimiter).default([]),
  RESIDUA_BLOB_DIRECTORY: folder.optional(),
  RESIDUA_BLOB_STORE: bucketUrl.optional(),
  RESIDUA_S3_ENDPOINT: webUrl.optional(),
  RESIDUA_S3_REGION: z.string().default('us-east-1'),
  RESIDUA_S3_PATH_STYLE: flag.optional(),
  RESIDUA_BLOB_CACHE_BYTES: wholeNumber(0, 2 ** 53 - 1).default(10 * 1024 ** 3),
  RESIDUA_PLUGINS: list(',').default([]),
  RESIDUA_DOWNLOAD_HOSTS: origins.default(['https://download.pytorch.org']),
  RESIDUA_API_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'must be at least 16 characters without white space')
    .optional(),
  ...accessVariables,
  RESIDUA_AUTH: z.enum(['open'], { error: 'must be open, or left out' }).optional(),
  RESIDUA_PUBLISH_ADDRESS: z.string().optional(),
  RESIDUA_COMPUTE: z.enum(computeEngineNames, { error: `must be one of ${computeEngineNames.join(', ')}` }).optional(),
  RESIDUA_COMPUTE_BYTES: wholeNumber(1, 2 ** 53 - 1).optional(),
  RESIDUA_INTROSPECTION: flag.default(true),
  RESIDUA_STUDIO: flag.default(true),
  RESIDUA_ALLOWED_ORIGINS: webOrigins.default([]),
  RESIDUA_ALLOWED_HOSTS: hostNames.default([]),
  RESIDUA_EVENT_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
  RESIDUA_WEBHOOK_PRIVATE: flag.default(false),
  RESIDUA_COLLECT_AFTER_HOURS: wholeNumber(0, 876_000).default(24),
  RESIDUA_METRICS_HOST: z.string().default('127.0.0.1'),
  RESIDUA_METRICS_PORT: wholeNumber(0, 65_535).optional(),
  RESIDUA_TRACING: flag.optional(),
  RESIDUA_WORKER_KINDS: workerKinds.default([...jobKinds]),
  RESIDUA_WORKER_CONCURRENCY: wholeNumber(1, 64).default(1),
  RESIDUA_WORKER_DEVICE: z.enum(['auto', 'cpu', 'gpu'], { error: 'must be auto, cpu or gpu' }).default('auto'),
  RESIDUA_CHECKPOINT_SECONDS: wholeNumber(1, 86_400).default(30),
  RESIDUA_STEP_TIMEOUT_SECONDS: wholeNumber(1, 86_400).default(600),
  RESIDUA_RATE_PRINCIPAL: wholeNumber(0, 1_000_000_000).default(6_000),
  RESIDUA_RATE_ADDRESS: wholeNumber(0, 1_000_000_000).default(12_000),
  RESIDUA_FAILPOINTS: failpointList.default({}),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  PGPASSWORD: z.string().optional(),
});

/** Undefined: what the engine computes on. */
const workerDevices = { auto: undefined, cpu: 'CPU', gpu: 'GPU' } as const;

const greatestLimit = 2 ** 53 - 1;

/** The variable of each limit: `imagePixels` is RESIDUA_LIMIT_IMAGE_PIXELS. */
const limitVariables = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [limitVariable(name), name as keyof Limits]),
);
const limits = z.object(
  Object.fromEntries(
    Object.entries(limitVariables).map(([variable, name]) => [
      variable,
      wholeNumber(1, greatestLimit).default(defaultLimits[name]),
    ]),
  ),
);

function limitVariable(name: string): string {
  return `RESIDUA_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Reads what this process is told from outside. An empty variable counts as not set.
 * @throws ProblemError CONFIG_INVALID: every problem at once, each naming the variable, its value and the rule.
 */
export function readConfig(environment: Environment = process.env): ResiduaConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const { environment: given, problems: unreadable } = withSecretFiles(set);
  const read = settings.safeParse(given);
  const readLimits = limits.safeParse(given);
  const issues = [...(read.error?.issues ?? []), ...(readLimits.error?.issues ?? [])];
  const [first, ...rest] = [
    ...issues.map((issue) => problemOf(issue, given)),
    ...unknownVariables(given),
    ...failpointsInProduction(given),
    ...everyOriginWithoutToken(given),
    ...accountProblems(given),
    ...unreadable,
  ];
  if (first) throw new ProblemError([first, ...rest]);
  return configOf(read.data!, readLimits.data as Record<string, number>);
}

function configOf(read: z.output<typeof settings>, limitValues: Record<string, number>): ResiduaConfig {
  const home = read.RESIDUA_HOME;
  return {
    home,
    databaseUrl: withPassword(read.DATABASE_URL, read.PGPASSWORD),
    host: read.RESIDUA_HOST,
    port: read.RESIDUA_PORT,
    publicUrl: read.RESIDUA_PUBLIC_URL,
    importRoots: read.RESIDUA_IMPORT_ROOTS.map((root) => path.resolve(root)),
    importBuckets: { allowed: read.RESIDUA_IMPORT_BUCKETS, ...s3AddressOf(read) },
    sinkRoots: read.RESIDUA_SINK_ROOTS.map((root) => path.resolve(root)),
    blobDirectory: read.RESIDUA_BLOB_DIRECTORY ?? path.join(home, 'blobs'),
    s3: s3Of(read),
    plugins: read.RESIDUA_PLUGINS,
    downloadOrigins: read.RESIDUA_DOWNLOAD_HOSTS,
    apiToken: read.RESIDUA_API_TOKEN,
    oidc: oidcOf(read),
    localAccounts: read.RESIDUA_LOCAL_ACCOUNTS,
    trustedProxies: read.RESIDUA_TRUSTED_PROXIES,
    auth: read.RESIDUA_AUTH,
    publishAddress: read.RESIDUA_PUBLISH_ADDRESS,
    compute: read.RESIDUA_COMPUTE,
    computeBytes: read.RESIDUA_COMPUTE_BYTES,
    introspection: read.RESIDUA_INTROSPECTION,
    studio: read.RESIDUA_STUDIO,
    allowedOrigins: read.RESIDUA_ALLOWED_ORIGINS,
    allowedHosts: read.RESIDUA_ALLOWED_HOSTS,
    eventRetentionDays: read.RESIDUA_EVENT_RETENTION_DAYS,
    webhookPrivate: read.RESIDUA_WEBHOOK_PRIVATE,
    collectAfterHours: read.RESIDUA_COLLECT_AFTER_HOURS,
    metrics: { host: read.RESIDUA_METRICS_HOST, port: read.RESIDUA_METRICS_PORT },
    tracing: read.RESIDUA_TRACING ?? read.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    worker: {
      kinds: read.RESIDUA_WORKER_KINDS,
      concurrency: read.RESIDUA_WORKER_CONCURRENCY,
      device: workerDevices[read.RESIDUA_WORKER_DEVICE],
      checkpointSeconds: read.RESIDUA_CHECKPOINT_SECONDS,
      stepTimeoutSeconds: read.RESIDUA_STEP_TIMEOUT_SECONDS,
    },
    failpoints: read.RESIDUA_FAILPOINTS,
    rates: { principal: read.RESIDUA_RATE_PRINCIPAL, address: read.RESIDUA_RATE_ADDRESS },
    limits: Object.fromEntries(
      Object.entries(limitVariables).map(([variable, name]) => [name, limitValues[variable]]),
    ) as unknown as Limits,
  };
}

/** Taken into the address, since workers drop secrets from their environment before plugins run. */
function withPassword(address: string | undefined, password: string | undefined): string | undefined {
  if (address === undefined || password === undefined) return address;
  const url = new URL(address);
  url.password ||= encodeURIComponent(password);
  return url.href;
}

function s3AddressOf(read: z.output<typeof settings>): Pick<S3Settings, 'endpoint' | 'region' | 'pathStyle'> {
  return {
    endpoint: read.RESIDUA_S3_ENDPOINT,
    region: read.RESIDUA_S3_REGION,
    // Servers that are not Amazon's rarely have a host name for each bucket.
    pathStyle: read.RESIDUA_S3_PATH_STYLE ?? read.RESIDUA_S3_ENDPOINT !== undefined,
  };
}

function s3Of(read: z.output<typeof settings>): S3Settings | undefined {
  if (!read.RESIDUA_BLOB_STORE) return undefined;
  return {
    ...read.RESIDUA_BLOB_STORE,
    ...s3AddressOf(read),
    cacheDirectory: path.join(read.RESIDUA_HOME, 'blob-cache'),
    cacheBytes: read.RESIDUA_BLOB_CACHE_BYTES,
  };
}

function problemOf(issue: z.core.$ZodIssue, given: Environment): Problem {
  const variable = String(issue.path[0]);
  const value = secretVariables.some((secret) => secret === variable) ? 'not usable' : JSON.stringify(given[variable]);
  return { code: 'CONFIG_INVALID', message: `${variable} is ${value}: it ${issue.message}`, item: variable };
}

function failpointsInProduction({ RESIDUA_FAILPOINTS, NODE_ENV }: Environment): Problem[] {
  if (!RESIDUA_FAILPOINTS || NODE_ENV !== 'production') return [];
  const message = 'RESIDUA_FAILPOINTS makes processes fail for tests: it is refused where NODE_ENV is production';
  return [{ code: 'CONFIG_INVALID', message, item: 'RESIDUA_FAILPOINTS' }];
}

/** Without a token, any page that a person on this network opens could do everything here. */
function everyOriginWithoutToken({ RESIDUA_ALLOWED_ORIGINS, RESIDUA_API_TOKEN }: Environment): Problem[] {
  const allowed = RESIDUA_ALLOWED_ORIGINS?.split(',').map((origin) => origin.trim());
  if (!allowed?.includes(everyOrigin) || RESIDUA_API_TOKEN) return [];
  const message = 'RESIDUA_ALLOWED_ORIGINS lets the pages of every origin in: it needs RESIDUA_API_TOKEN beside it';
  return [{ code: 'CONFIG_INVALID', message, item: 'RESIDUA_ALLOWED_ORIGINS' }];
}

/** A misspelled limit would silently not hold. */
function unknownVariables(given: Environment): Problem[] {
  return Object.keys(given)
    .filter((variable) => variable.startsWith('RESIDUA_LIMIT_') && !Object.hasOwn(limitVariables, variable))
    .map((variable) => {
      const known = Object.keys(limitVariables).join(', ');
      return { code: 'CONFIG_INVALID', message: `there is no ${variable}; known: ${known}`, item: variable };
    });
}
