import type { Device } from './devices.js';
import type { Failpoint, FailpointAction } from './failpoints.js';
import type { JobKind } from './jobKinds.js';

/** Limits on what a client may send or ask for. Each can be set by `RESIDUA_LIMIT_<NAME_IN_CAPITALS>`, e.g. `RESIDUA_LIMIT_IMAGE_PIXELS`. */
export interface Limits {
  /** Pixels of one image, width times height. */
  imagePixels: number;
  /** Pixels of one image that is sent to be predicted: it is decoded while somebody waits. */
  predictionPixels: number;
  /** Bytes of memory of a process that decodes what clients send. */
  decoderBytes: number;
  /** Bytes of one image file. */
  imageBytes: number;
  /** Bytes of one upload. */
  uploadBytes: number;
  /** Bytes of all entries of a zip together, inflated. */
  archiveBytes: number;
  /** Inflated size of a zip entry divided by its compressed size. */
  archiveRatio: number;
  archiveEntries: number;
  /** Folders in the path of a zip entry. */
  archiveDepth: number;
  /** Bytes of one annotation file of an import: JSON, XML, CSV or text. */
  annotationFileBytes: number;
  /** Bytes of the state in a bundle of a model. */
  modelBytes: number;
  /** Boxes of one image. */
  boxesPerImage: number;
  /** Bytes of one GraphQL request over HTTP. */
  requestBytes: number;
  /** Milliseconds in which at least 10 kB of a request's body must arrive, or its end. */
  bodyMilliseconds: number;
  /** Bytes of one WebSocket message. */
  webSocketMessageBytes: number;
  /** Operations that may run on one WebSocket at the same time. */
  operationsPerSocket: number;
  /** WebSockets that one IPv4 address, or one /64 network of IPv6, may have open. Not on an open server. */
  socketsPerAddress: number;
  /** Milliseconds a WebSocket may take until its `connection_init`. */
  connectionInitMilliseconds: number;
  /** Milliseconds a WebSocket client may be behind: pings go out this often, and each must be answered before the next. */
  socketAnswerMilliseconds: number;
  /** Lexical tokens of a GraphQL document. */
  queryTokens: number;
  /** Fields inside fields of an operation, introspection not counted. */
  queryDepth: number;
  /** Aliases in an operation. */
  queryAliases: number;
  /** Selections of an operation once its fragments are written out. */
  querySelections: number;
  /** How often an operation may ask one object for a field under one name, its fragments written out. */
  queryRepetitions: number;
  /** Objects an operation may ask for: page sizes multiply along nested connections. */
  queryNodes: number;
  /** Levels of lists and objects in variables and literal values. */
  inputDepth: number;
}

export const defaultLimits: Readonly<Limits> = {
  imagePixels: 64_000_000,
  predictionPixels: 32_000_000,
  decoderBytes: 1536 * 1024 * 1024,
  imageBytes: 50 * 1024 * 1024,
  uploadBytes: 2 * 1024 * 1024 * 1024,
  archiveBytes: 2 * 1024 * 1024 * 1024,
  archiveRatio: 200,
  archiveEntries: 50_000,
  archiveDepth: 16,
  annotationFileBytes: 256 * 1024 * 1024,
  modelBytes: 2 * 1024 * 1024 * 1024,
  boxesPerImage: 1_000,
  requestBytes: 1024 * 1024,
  bodyMilliseconds: 10_000,
  webSocketMessageBytes: 256 * 1024,
  operationsPerSocket: 100,
  socketsPerAddress: 1_000,
  connectionInitMilliseconds: 5_000,
  socketAnswerMilliseconds: 12_000,
  queryTokens: 2_000,
  queryDepth: 15,
  queryAliases: 100,
  querySelections: 10_000,
  queryRepetitions: 100,
  queryNodes: 20_000,
  inputDepth: 20,
};

/** What one worker process takes on. */
export interface WorkerConfig {
  /** `RESIDUA_WORKER_KINDS`, separated by `,`; every kind by default. */
  kinds: readonly JobKind[];
  /** Trainings and evaluations at the same time. `RESIDUA_WORKER_CONCURRENCY`. */
  concurrency: number;
  /** What it claims to compute on; what its engine computes on by default. `RESIDUA_WORKER_DEVICE`. */
  device?: Device | undefined;
  /** Seconds between the checkpoints of a training. `RESIDUA_CHECKPOINT_SECONDS`. */
  checkpointSeconds: number;
  /** What a step of a training may take, its compilation included. */
  stepTimeoutSeconds: number;
}

/** Members of a group of the identity provider have a role in a project. */
export interface GroupRule {
  group: string;
  /** Name of the project. */
  project: string;
  role: 'VIEWER' | 'LABELLER' | 'REVIEWER' | 'ENGINEER' | 'OWNER';
}

/** The identity provider that people sign in with. */
export interface OidcSettings {
  /** `RESIDUA_OIDC_ISSUER`. */
  issuer: string;
  /** `RESIDUA_OIDC_CLIENT_ID`. */
  clientId: string;
  /** `RESIDUA_OIDC_CLIENT_SECRET`. */
  clientSecret: string;
  /** Asked for beside `openid`. `RESIDUA_OIDC_SCOPES`. */
  scopes: string[];
  /** The claim with the groups of a person. `RESIDUA_OIDC_GROUPS_CLAIM`. */
  groupsClaim: string;
  /** `RESIDUA_OIDC_GROUPS`, e.g. `quality=line 3:REVIEWER; lab=line 3:ENGINEER`. */
  groups: GroupRule[];
  /** The group whose members are administrators. `RESIDUA_OIDC_ADMIN_GROUP`. */
  adminGroup?: string | undefined;
}

/** What `RESIDUA_COMPUTE` may be: ONNX Runtime on the processor, on a GPU by WebGPU or CUDA, TensorFlow, or the fastest of ONNX Runtime's. */
export const computeEngineNames = ['onnxruntime', 'webgpu', 'cuda', 'tensorflow', 'auto'] as const;
export type ComputeEngineName = (typeof computeEngineNames)[number];

/** An S3-compatible bucket to keep blobs in. Its credentials are not part of it: the SDK finds them. */
export interface S3Settings {
  bucket: string;
  /** What all keys begin with, without slashes at the ends; may be empty. */
  prefix: string;
  /** Of a server that is not Amazon's. `RESIDUA_S3_ENDPOINT`. */
  endpoint?: string | undefined;
  /** `RESIDUA_S3_REGION`. */
  region: string;
  /** Whether the bucket stands in the path instead of the host name. `RESIDUA_S3_PATH_STYLE`. */
  pathStyle: boolean;
  /** Where copies of what is read often are kept on this machine. Absolute. */
  cacheDirectory: string;
  /** Bytes these copies may take. `RESIDUA_BLOB_CACHE_BYTES`. */
  cacheBytes: number;
}

/** Where sources may read objects, all on the one server that blobs may be kept on, too. */
export interface SourceBuckets extends Pick<S3Settings, 'endpoint' | 'region' | 'pathStyle'> {
  /** Each with what keys must begin with, without slashes at the ends; may be empty. */
  allowed: readonly Pick<S3Settings, 'bucket' | 'prefix'>[];
}

/** Everything a process of Residua is told from outside. Read from the environment by `readConfig` (src/main/config.ts). */
export interface ResiduaConfig {
  /** Folder for what belongs to this installation: blobs, the embedded database, plugin caches. Absolute. `RESIDUA_HOME`. */
  home: string;
  /** PostgreSQL to use; without it the embedded one is started. `DATABASE_URL`. */
  databaseUrl?: string | undefined;
  /** Address to listen on. `RESIDUA_HOST`. */
  host: string;
  /** 0 takes a free one. `RESIDUA_PORT`. */
  port: number;
  /** What clients put before paths, without trailing slash; taken from the listening address when not given. `RESIDUA_PUBLIC_URL`. */
  publicUrl?: string | undefined;
  /** Folders data sets may be imported from, absolute. `RESIDUA_IMPORT_ROOTS`, separated by `:`. */
  importRoots: string[];
  /** Buckets that sources may read. `RESIDUA_IMPORT_BUCKETS`. */
  importBuckets: SourceBuckets;
  /** Folders that sinks may write verdicts into, absolute. `RESIDUA_SINK_ROOTS`, separated by `:`. */
  sinkRoots: string[];
  /** Where blobs are kept when no bucket is given. Absolute. `RESIDUA_BLOB_DIRECTORY`. */
  blobDirectory: string;
  /** The bucket to keep blobs in instead. `RESIDUA_BLOB_STORE`. */
  s3?: S3Settings | undefined;
  /** npm names or paths of plugin packages. `RESIDUA_PLUGINS`, separated by `,`. */
  plugins: string[];
  /**
   * Origins that workers fetch model files from when parameters of a plugin name an address. `RESIDUA_DOWNLOAD_HOSTS`,
   * separated by `,`: hosts are asked by https, `http://host` by http.
   */
  downloadOrigins: string[];
  /** When set, every HTTP and WebSocket client must send it as bearer token. `RESIDUA_API_TOKEN`. */
  apiToken?: string | undefined;
  /** Who tells this server who people are. */
  oidc?: OidcSettings | undefined;
  /** Whether people may have a password of this installation. `RESIDUA_LOCAL_ACCOUNTS`. */
  localAccounts: boolean;
  /** Addresses of proxies whose word about a client's address is taken. `RESIDUA_TRUSTED_PROXIES`, separated by `,`. */
  trustedProxies: string[];
  /** `open`: whoever reaches a server without a token may do everything, wherever it listens. `RESIDUA_AUTH`. */
  auth?: 'open' | undefined;
  /** Of the machine around a container: where the port is published, and so who can reach it. `RESIDUA_PUBLISH_ADDRESS`. */
  publishAddress?: string | undefined;
  /** Forces one engine. `RESIDUA_COMPUTE`. */
  compute?: ComputeEngineName | undefined;
  /** Bytes that one compiled function may take. `RESIDUA_COMPUTE_BYTES`; by default the memory of the machine, on a GPU any number. */
  computeBytes?: number | undefined;
  /** Whether clients may read the schema and `/graphql` shows GraphiQL. `RESIDUA_INTROSPECTION`. */
  introspection: boolean;
  /** Whether `/studio/` shows Studio. `RESIDUA_STUDIO`. */
  studio: boolean;
  /**
   * Web origins, besides the server's own, whose pages may use it over HTTP and WebSocket; `*` stands for all.
   * `RESIDUA_ALLOWED_ORIGINS`, separated by `,`.
   */
  allowedOrigins: string[];
  /** Names, besides the public one, by which this server is asked without a token. `RESIDUA_ALLOWED_HOSTS`, separated by `,`. */
  allowedHosts: string[];
  /** Days the events of a job stay after its end; the last one stays always. `RESIDUA_EVENT_RETENTION_DAYS`. */
  eventRetentionDays: number;
  /** Whether webhooks and sinks may lead to private addresses, and to unencrypted ones. `RESIDUA_WEBHOOK_PRIVATE`. */
  webhookPrivate: boolean;
  /** Hours after which files that nothing refers to are removed, pictures of single predictions among them; 0: never. `RESIDUA_COLLECT_AFTER_HOURS`. */
  collectAfterHours: number;
  /** Where Prometheus may read `/metrics`; without a port nowhere. `RESIDUA_METRICS_HOST`, `RESIDUA_METRICS_PORT`. */
  metrics: { host: string; port?: number | undefined };
  /** Whether traces go to the collector of the OTEL_EXPORTER_OTLP_… variables. `RESIDUA_TRACING`. */
  tracing: boolean;
  worker: WorkerConfig;
  /** Where this process fails, for tests. `RESIDUA_FAILPOINTS`, refused when `NODE_ENV` is `production`. */
  failpoints: Readonly<Partial<Record<Failpoint, FailpointAction>>>;
  /** Requests a minute; 0: any number. */
  rates: {
    /** Of one person or service. `RESIDUA_RATE_PRINCIPAL`. */
    principal: number;
    /** From one IPv4 address, or one /64 network of IPv6. `RESIDUA_RATE_ADDRESS`. */
    address: number;
  };
  limits: Limits;
}
