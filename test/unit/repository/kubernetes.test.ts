import { readFileSync } from 'node:fs';
import { type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { residuaProgram } from '../../../src/cli/program.js';
import { readConfig } from '../../../src/main/config.js';
import { refuseOpenListener } from '../../../src/main/openListener.js';
import { jobKinds } from '../../../src/shared/jobKinds.js';

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  args: string[];
  env?: { name: string; value: string }[];
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  volumeMounts: { name: string; mountPath: string }[];
  securityContext: object;
}
interface Resource {
  kind: string;
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
  spec?: {
    selector: { matchLabels?: object } & Record<string, unknown>;
    ports?: { name: string; port: number; targetPort: string }[];
    replicas?: number;
    template: {
      metadata: { labels: object };
      spec: { terminationGracePeriodSeconds: number; containers: [Container]; volumes: { name: string }[] };
    };
  };
}

const files = ['residua.yaml', 'gpu.yaml'];
const documents = files.flatMap((file) => parseAllDocuments(readFileSync(`deploy/kubernetes/${file}`, 'utf8')));
const resources = documents.map((document) => document.toJS() as Resource);
const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);
const deployments = ofKind('Deployment').map(({ metadata, spec }) => ({
  ...{ name: metadata.name, selector: spec!.selector, template: spec!.template },
  container: spec!.template.spec.containers[0],
}));
/** What the documentation has people put into the Secret. */
const secret = Object.fromEntries(
  [...readFileSync('docs/scaling.md', 'utf8').matchAll(/--from-literal=([A-Z0-9_]+)=/g)].map(([, name]) => [
    name!,
    name === 'DATABASE_URL' ? 'postgres://user:password@host/residua' : 'a-value-of-twenty-letters',
  ]),
);
const environmentOf = ({ env = [] }: Container): Record<string, string> => ({
  ...ofKind('ConfigMap')[0]!.data,
  ...secret,
  ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
});
const onGpu = 'residua-trainer-gpu';
const api = deployments.find(({ name }) => name === 'residua-api')!;

describe('deploy/kubernetes', () => {
  it('is YAML without errors, each resource in the namespace it makes', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const [namespace] = ofKind('Namespace');
    const others = resources.filter((resource) => resource !== namespace);
    expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace!.metadata.name]));
  });

  it.each(deployments)('$name selects its own pods and mounts what it has', ({ selector, template, container }) => {
    expect(selector.matchLabels).toEqual(template.metadata.labels);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(template.spec.volumes.map(({ name }) => name));
    const sources = container.envFrom.flatMap(({ configMapRef, secretRef }) => [configMapRef?.name, secretRef?.name]);
    expect(sources.filter(Boolean)).toEqual([ofKind('ConfigMap')[0]!.metadata.name, 'residua']);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    // Longer than an API drains (15 s) and a worker saves its checkpoints (11 s).
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(15);
  });

  it.each(deployments)('$name runs a command there is, with settings the code knows', ({ container }) => {
    const [name, ...options] = container.args;
    const command = residuaProgram().commands.find((known) => known.name() === name)!;
    expect(options.map((option) => command.options.some((known: Option) => known.long === option))).toEqual(
      options.map(() => true),
    );
    const environment = environmentOf(container);
    const config = readConfig(environment);
    expect(config).toMatchObject({
      databaseUrl: environment['DATABASE_URL'],
      s3: { bucket: 'residua', prefix: 'files', endpoint: environment['RESIDUA_S3_ENDPOINT'] },
      metrics: { port: container.ports.find((port) => port.name === 'metrics')!.containerPort },
    });
    expect(config.home).toBe(container.volumeMounts[0]!.mountPath);
    const described = readFileSync('.env.example', 'utf8');
    expect(Object.keys(environment).filter((variable) => !described.includes(`${variable}=`))).toEqual([]);
  });

  it('asks the API for its health where it listens', () => {
    const { container } = api;
    const ports = Object.fromEntries(container.ports.map((port) => [port.name, port.containerPort]));
    expect(ports['http']).toBe(readConfig(environmentOf(container)).port);
    const routes = readFileSync('src/main/http/health.ts', 'utf8');
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    expect(probes.map((probe) => probe!.httpGet.path)).toEqual(['/livez', '/livez', '/readyz']);
    for (const probe of probes) {
      expect(routes).toContain(`'${probe!.httpGet.path}'`);
      expect(ports).toHaveProperty(probe!.httpGet.port);
    }
    const [service] = ofKind('Service');
    expect(service!.spec!.selector).toEqual(api.template.metadata.labels);
    expect(ports).toHaveProperty(service!.spec!.ports![0]!.targetPort);
  });

  it('starts an API that other machines reach, with the secret that the documentation makes', () => {
    const { RESIDUA_API_TOKEN: _, ...undecided } = environmentOf(api.container);
    expect(() => refuseOpenListener(readConfig(environmentOf(api.container)))).not.toThrow();
    expect(() => refuseOpenListener(readConfig(undecided))).toThrow('RESIDUA_API_TOKEN');
  });

  it('holds no secret that would be applied unchanged', () => {
    expect(ofKind('Secret')).toEqual([]);
    expect(Object.keys(secret)).toEqual(expect.arrayContaining(['DATABASE_URL', 'RESIDUA_API_TOKEN']));
  });

  it('keeps one of each kind of pod that has several, and lets in the ports that the pods have', () => {
    const labels = deployments.map(({ selector }) => selector.matchLabels);
    const replicated = resources.filter(({ kind, spec }) => kind === 'Deployment' && spec!.replicas! > 1);
    const budgets = ofKind('PodDisruptionBudget').map(({ spec }) => spec!.selector.matchLabels);
    expect(budgets).toEqual(replicated.map(({ spec }) => spec!.selector.matchLabels));
    const ports = deployments.flatMap(({ container }) => container.ports.map(({ name }) => name));
    for (const { spec } of ofKind('NetworkPolicy')) {
      const { podSelector, ingress } = spec as unknown as {
        podSelector: { matchLabels?: object };
        ingress: { ports: { port: string }[] }[];
      };
      if (podSelector.matchLabels) expect(labels).toContainEqual(podSelector.matchLabels);
      for (const { port } of ingress.flatMap((rule) => rule.ports)) expect(ports).toContain(port);
    }
  });

  it('is reached through an ingress at the address that clients are told', () => {
    const ingress = parse(readFileSync('deploy/kubernetes/ingress.yaml', 'utf8')) as {
      spec: {
        rules: [
          { host: string; http: { paths: [{ backend: { service: { name: string; port: { name: string } } } }] } },
        ];
      };
    };
    const [{ host, http }] = ingress.spec.rules;
    expect(`https://${host}`).toBe(ofKind('ConfigMap')[0]!.data!['RESIDUA_PUBLIC_URL']);
    const [service] = ofKind('Service');
    expect(http.paths[0].backend.service.name).toBe(service!.metadata.name);
    expect(service!.spec!.ports!.map(({ name }) => name)).toContain(http.paths[0].backend.service.port.name);
  });

  it('has a worker for every kind of work', () => {
    const workers = deployments.filter(({ name, container }) => container.args[0] === 'worker' && name !== onGpu);
    const kinds = workers.flatMap(({ container }) => readConfig(environmentOf(container)).worker.kinds);
    expect(kinds.toSorted()).toEqual([...jobKinds].toSorted());
  });
});

describe('a trainer with a GPU', () => {
  const { container } = deployments.find(({ name }) => name === onGpu)!;

  it('asks Kubernetes for a card, computes on it, and takes what computes', () => {
    expect((container as unknown as { resources: { limits: object } }).resources.limits).toHaveProperty(
      ['nvidia.com/gpu'],
      1,
    );
    const { compute, computeBytes, worker } = readConfig(environmentOf(container));
    expect({ compute, kinds: worker.kinds }).toEqual({ compute: 'cuda', kinds: ['TRAINING', 'EVALUATION'] });
    expect(computeBytes! / 2 ** 30).toBe(14);
  });

  it('has an image that the Dockerfile makes', () => {
    const text = readFileSync('deploy/kubernetes/gpu.yaml', 'utf8');
    const [, gpu, image] = /docker build --build-arg GPU=(\S+) -t (\S+) \./.exec(text)!;
    expect(container.image).toBe(image);
    expect(readFileSync('Dockerfile', 'utf8')).toContain(`AS gpu-${gpu}\n`);
  });
});

describe('docker-compose.yml', () => {
  it('has with the profile gpu a worker with a card, and an image for it', () => {
    const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, { profiles?: string[]; environment: object; build: { args: object }; deploy: object }>;
    };
    const worker = services['worker-gpu']!;
    expect(worker.profiles).toEqual(['gpu']);
    expect(worker.environment).toMatchObject({
      ...services['worker']!.environment,
      RESIDUA_COMPUTE: '${RESIDUA_GPU_COMPUTE:-cuda}',
    });
    expect(worker.build.args).toEqual({ GPU: '${RESIDUA_GPU_IMAGE:-cuda}' });
    expect(worker.deploy).toEqual({
      resources: { reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } },
    });
    const stages = [...readFileSync('Dockerfile', 'utf8').matchAll(/ AS gpu-(\S+)/g)].map(([, stage]) => stage);
    expect(stages).toEqual(['none', 'vulkan', 'cuda']);
  });

  it('tells clients the port that is published', () => {
    const text = readFileSync('docker-compose.yml', 'utf8');
    const published = /\$\{RESIDUA_PUBLISH_ADDRESS:-127\.0\.0\.1\}:(\$\{RESIDUA_PUBLISH_PORT:-4000\}):4000/.exec(
      text,
    )![1];
    expect(text).toContain(`RESIDUA_PUBLIC_URL: \${RESIDUA_PUBLIC_URL:-http://localhost:${published}}`);
  });

  it('starts as it is, and published for other machines when it is decided who may come in', () => {
    const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, { environment: Record<string, string | number> }>;
    };
    const start = (dotEnv: Record<string, string>) => {
      const filled = (text: string): string =>
        text.replaceAll(
          /\$\{(\w+):?[-?]((?:[^{}]|\{[^{}]*\})*)\}/g,
          (_, name: string, usual: string) => dotEnv[name] ?? filled(usual),
        );
      const written = Object.entries(services['api']!.environment).map(([name, value]) => [
        name,
        filled(String(value)),
      ]);
      refuseOpenListener(readConfig({ ...dotEnv, ...(Object.fromEntries(written) as Record<string, string>) }));
    };
    expect(() => start({ POSTGRES_PASSWORD: 'x' })).not.toThrow();
    const published = { POSTGRES_PASSWORD: 'x', RESIDUA_PUBLISH_ADDRESS: '0.0.0.0' };
    expect(() => start(published)).toThrow('RESIDUA_PUBLISH_ADDRESS');
    expect(() => start({ ...published, RESIDUA_API_TOKEN: '0123456789abcdef' })).not.toThrow();
  });

  it('lets workers be multiplied: they publish no port and have no name of their own', () => {
    const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
      services: Record<string, { ports?: unknown; container_name?: string; command: string[]; volumes: string[] }>;
    };
    expect(services['worker']).toMatchObject({ command: ['worker'] });
    expect(services['worker']).not.toHaveProperty('ports');
    expect(services['worker']).not.toHaveProperty('container_name');
    expect(services['worker']!.volumes).toEqual(services['api']!.volumes);
  });
});
