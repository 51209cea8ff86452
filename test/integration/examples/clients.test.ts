import { readdir } from 'node:fs/promises';
import { gql } from '@apollo/client';
import { buildSchema as buildSchemaFromText, parse, printSchema, validate, type IntrospectionQuery } from 'graphql';
import relay, { type ConcreteRequest, type IEnvironment } from 'relay-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { apolloClient, followWithApollo } from '../../../examples/clients/apollo.js';
import { fetchSchema, type Server } from '../../../examples/clients/connection.js';
import { followWithRelay, relayEnvironment } from '../../../examples/clients/relay/relay.js';
import imageQuery from '../../../examples/clients/relay/__generated__/documentsImageQuery.graphql.js';
import imagesQuery from '../../../examples/clients/relay/__generated__/documentsImagesQuery.graphql.js';
import runsQuery from '../../../examples/clients/relay/__generated__/documentsRunsQuery.graphql.js';
import updateImages from '../../../examples/clients/relay/__generated__/documentsUpdateImagesMutation.graphql.js';
import { followWithUrql, urqlClient } from '../../../examples/clients/urql.js';
import { DatasetImportEntity, ImageEntity, TrainingRunEntity } from '../../../src/database/entities/index.js';
import { buildSchema, encodeGlobalId } from '../../../src/graphql/index.js';
import { DatabaseSignals, JobQueue } from '../../../src/jobs/index.js';
import { useDatabase } from '../../support/database.js';
import { RegistrySetting } from '../graphql/registrySetting.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { anyProject } from '../../support/anyProject.js';

const database = useDatabase();
const token = 'a-token-of-this-test';
const filenames = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
let server: TestServer;
let address: Server;
let schema: IntrospectionQuery;
let datasetId: string;
let imageIds: string[];
let runIds: string[];

beforeAll(async () => {
  server = await startTestServer(database.dataSource, { apiToken: token });
  address = { url: server.url, token, webSocket: WebSocket };
  schema = await fetchSchema(address);
  const { services } = server;
  const { manager } = database.dataSource;
  const { id } = await services.datasets.create(everything, { name: 'screws' });
  datasetId = encodeGlobalId('Dataset', id);
  const facts = { datasetId: id, bytes: 1, width: 64, height: 64, split: 'TRAIN' as const, label: 'NORMAL' as const };
  const images = filenames.map((filename) => ({ ...facts, id: uuid(), filename, sha256: filename }));
  await manager.insert(ImageEntity, images);
  imageIds = images.map((image) => encodeGlobalId('Image', image.id));
  const setting = await new RegistrySetting(database.dataSource, services).prepare('tiles', []);
  runIds = [];
  for (const depth of [1, 3]) {
    const { trainingRunId } = await setting.version('tiles');
    const detector = { id: 'semirest', kind: 'detector' as const, version: '1.0.0', digest: 'd', params: { depth } };
    await manager.update(TrainingRunEntity, { jobId: trainingRunId }, { detector });
    runIds.push(encodeGlobalId('TrainingRun', trainingRunId));
  }
});
afterAll(() => server.stop());

interface RunNode {
  detector: { name: string; params: { depth: number }; plugin: { name: string; title: string } };
}
interface Edge {
  cursor: string;
  node: { id: string; filename: string; split: string };
}
interface ImagesData {
  node: { images: { edges: Edge[]; pageInfo: { startCursor: string; endCursor: string } } };
}
interface PageRequest {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}

const runs = gql`
  query Runs($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on TrainingRun {
        detector {
          name
          params
          plugin {
            name
            title
          }
        }
      }
    }
  }
`;
const images = gql`
  query Images($datasetId: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    node(id: $datasetId) {
      id
      ... on Dataset {
        images(first: $first, after: $after, last: $last, before: $before) {
          edges {
            cursor
            node {
              id
              filename
              split
            }
          }
          pageInfo {
            hasNextPage
            hasPreviousPage
            startCursor
            endCursor
          }
        }
      }
    }
  }
`;
const image = gql`
  query Image($id: ID!) {
    node(id: $id) {
      id
      ... on Image {
        filename
        split
      }
    }
  }
`;
const update = gql`
  mutation Update($input: UpdateImagesInput!) {
    updateImages(input: $input) {
      images {
        id
        split
      }
      userErrors {
        code
        message
      }
    }
  }
`;

/** What each client library is asked to do, in the same words. */
interface Held {
  /** Two runs at once, then read from the cache. */
  runs(): Promise<RunNode[]>;
  /** Loads a page. */
  load(page: PageRequest): Promise<void>;
  /** What the cache holds of the connection, all pages together. */
  cached(): Promise<Edge[]>;
  /** Changes one image; nothing else is told. */
  move(id: string, split: string): Promise<void>;
  /** By `node(id:)`, from the server. */
  refetch(id: string): Promise<Edge['node']>;
  follow(jobId: string, see: (event: { seq: number; state?: string }) => void): Promise<void>;
}

const clients: [name: string, hold: () => Held][] = [
  ['Apollo Client', holdApollo],
  ['urql', holdUrql],
  ['Relay', holdRelay],
];

function holdApollo(): Held {
  const client = apolloClient(address, schema);
  return {
    runs: async () => {
      await client.query({ query: runs, variables: { ids: runIds } });
      return client.readQuery<{ nodes: RunNode[] }>({ query: runs, variables: { ids: runIds } })!.nodes;
    },
    load: async (page) => {
      await client.query({ query: images, variables: { datasetId, ...page }, fetchPolicy: 'network-only' });
    },
    cached: () => {
      const data = client.readQuery<ImagesData>({ query: images, variables: { datasetId } });
      return Promise.resolve(data!.node.images.edges);
    },
    move: async (id, split) => {
      await client.mutate({ mutation: update, variables: { input: { ids: [id], split } } });
    },
    refetch: async (id) => {
      const { data } = await client.query<{ node: Edge['node'] }>({
        ...{ query: image, variables: { id }, fetchPolicy: 'network-only' },
      });
      return data!.node;
    },
    follow: (jobId, see) => followWithApollo(client, jobId, see, { pause: 100 }),
  };
}

function holdUrql(): Held {
  const client = urqlClient(address, schema);
  const read = async <Data>(query: typeof runs, variables: object, requestPolicy: 'cache-only' | 'network-only') => {
    const { data, error } = await client.query<Data>(query, variables, { requestPolicy }).toPromise();
    if (error) throw error;
    return data!;
  };
  return {
    runs: async () => {
      await read(runs, { ids: runIds }, 'network-only');
      return (await read<{ nodes: RunNode[] }>(runs, { ids: runIds }, 'cache-only')).nodes;
    },
    load: async (page) => void (await read(images, { datasetId, ...page }, 'network-only')),
    cached: async () => {
      // Of a page that was loaded, graphcache gives all pages around it.
      const pages = [{ first: 2 }, { last: 2 }];
      for (const page of pages) {
        const data = await read<ImagesData | null>(images, { datasetId, ...page }, 'cache-only');
        if (data) return data.node.images.edges;
      }
      return [];
    },
    move: async (id, split) => {
      const { error } = await client.mutation(update, { input: { ids: [id], split } }).toPromise();
      if (error) throw error;
    },
    refetch: async (id) => (await read<{ node: Edge['node'] }>(image, { id }, 'network-only')).node,
    follow: (jobId, see) => followWithUrql(client, jobId, see, { pause: 100 }),
  };
}

function holdRelay(): Held {
  const environment: IEnvironment = relayEnvironment(address);
  const load = <Data>(query: ConcreteRequest, variables: object) =>
    relay.fetchQuery<{ response: Data; variables: object }>(environment, query, variables).toPromise();
  const lookup = <Data>(query: ConcreteRequest, variables: object) =>
    environment.lookup(relay.createOperationDescriptor(query, variables).fragment).data as Data;
  const retained = relay.createOperationDescriptor(imagesQuery, { datasetId, first: 2 });
  environment.retain(retained);
  return {
    runs: async () => {
      await load(runsQuery, { ids: runIds });
      return lookup<{ nodes: RunNode[] }>(runsQuery, { ids: runIds }).nodes;
    },
    load: async (page) => void (await load(imagesQuery, { datasetId, ...page })),
    cached: () => Promise.resolve(lookup<ImagesData>(imagesQuery, { datasetId, first: 2 }).node.images.edges),
    move: (id, split) =>
      new Promise((resolve, reject) => {
        relay.commitMutation(environment, {
          ...{ mutation: updateImages, variables: { input: { ids: [id], split } } },
          ...{ onCompleted: () => resolve(), onError: reject },
        });
      }),
    refetch: async (id) => (await load<{ node: Edge['node'] }>(imageQuery, { id }))!.node,
    follow: (jobId, see) => followWithRelay(environment, jobId, see, { pause: 100 }),
  };
}

const names = (edges: readonly Edge[]) => edges.map(({ node }) => node.filename);

describe.each(clients)('%s, with its normalised cache', (_name, hold) => {
  it('shows each run its own parameters', async () => {
    const found = await hold().runs();
    expect(found.map(({ detector }) => detector.params.depth)).toEqual([1, 3]);
    expect(found.map(({ detector }) => detector.name)).toEqual(['semirest', 'semirest']);
  });

  it('grows a list forwards, page by page, without gaps or doubles', async () => {
    const client = hold();
    await client.load({ first: 2 });
    for (let length = 2; length < filenames.length; length += 2) {
      await client.load({ first: 2, after: (await client.cached()).at(-1)!.cursor });
    }
    expect(names(await client.cached())).toEqual(filenames);
  });

  it('grows a list backwards, page by page, without gaps or doubles', async () => {
    const client = hold();
    await client.load({ last: 2 });
    for (let length = 2; length < filenames.length; length += 2) {
      await client.load({ last: 2, before: (await client.cached())[0]!.cursor });
    }
    expect(names(await client.cached())).toEqual(filenames);
  });

  it('takes the change of a mutation into every list that shows the thing', async () => {
    const client = hold();
    await client.load({ first: 2 });
    await client.move(imageIds[0]!, 'TEST');
    expect((await client.cached())[0]!.node.split).toBe('TEST');
    await client.move(imageIds[0]!, 'TRAIN');
    expect((await client.cached())[0]!.node.split).toBe('TRAIN');
  });

  it('fetches one thing again by its id, and shows it new wherever it stands', async () => {
    const client = hold();
    await client.load({ first: 2 });
    const [, second] = imageIds;
    await server.services.images.update(everything, { ids: [rawId(second!)], split: 'VALIDATION' });
    expect(await client.refetch(second!)).toMatchObject({ id: second, filename: 'b.png', split: 'VALIDATION' });
    expect((await client.cached())[1]!.node.split).toBe('VALIDATION');
    await server.services.images.update(everything, { ids: [rawId(second!)], split: 'TRAIN' });
  });

  it('follows a job over a restarted server: every event once', async () => {
    const job = await talkativeJob();
    const client = hold();
    const seen: { seq: number; state?: string }[] = [];
    const following = client.follow(job.id, (event) => seen.push(event));
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(3);
    const { port } = server;
    await server.stop();
    const before = seen.length;
    server = await startTestServer(database.dataSource, { apiToken: token, port });
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThan(before + 3);
    await job.end();
    await following;
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.at(-1)!.state).toBe('COMPLETED');
  });

  it('ends with what the server refuses, instead of asking for ever', async () => {
    await expect(hold().follow('nonsense', () => undefined)).rejects.toThrow(/is not an id/);
  });
});

it("Relay's generated documents are what the schema allows", async () => {
  const present = buildSchemaFromText(printSchema(await buildSchema()));
  const folder = new URL('../../../examples/clients/relay/__generated__/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(4);
  for (const name of files) {
    const { default: document } = (await import(new URL(name, folder).href)) as { default: ConcreteRequest };
    expect(validate(present, parse(document.params.text!)), name).toEqual([]);
  }
});

function rawId(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1]!;
}

/** An import whose worker, apart from the server, says something all the time until it is told to end. */
async function talkativeJob(): Promise<{ id: string; end(): Promise<void> }> {
  const signals = new DatabaseSignals(database.dataSource);
  await signals.start();
  const queue = new JobQueue(database.dataSource, signals);
  let ended = false;
  const jobId = uuid();
  await database.dataSource.transaction(async (manager) => {
    await queue.enqueue(manager, { id: jobId, projectId: await anyProject(manager), kind: 'DATASET_IMPORT' });
    const row = { jobId, datasetId: rawId(datasetId), format: 'mvtec', source: {}, dryRun: false };
    await manager.save(manager.create(DatasetImportEntity, row));
  });
  await queue.work(['DATASET_IMPORT'], async (attempt) => {
    while (!ended) {
      attempt.log('INFO', 'reading');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await attempt.complete(async () => {});
  });
  return {
    id: encodeGlobalId('DatasetImport', jobId),
    end: async () => {
      ended = true;
      await expect
        .poll(async () => (await server.services.jobs.rowsByIds(everything, [jobId]))[0]!.state, { timeout: 20_000 })
        .toBe('COMPLETED');
      await queue.stop({ graceSeconds: 0 });
      await signals.stop();
    },
  };
}
