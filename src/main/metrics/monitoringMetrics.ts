import { Gauge, type Registry } from 'prom-client';
import type { ServedVersion } from '../../services/monitoring/servedVersions.js';
import { readOnce } from './readOnce.js';

/** What is read of served models. */
export interface ServedModels {
  versions: readonly ServedVersion[];
  openAlerts: readonly { kind: string; count: number }[];
}

/** Models that are asked, from counts by hour, whenever somebody asks; the versions that were asked most, a hundred at most. */
export function measureModels(registry: Registry, read: () => Promise<ServedModels>): void {
  const served = readOnce(read);
  const registers = [registry];
  const gauges: [string, string, (version: ServedVersion) => number | null][] = [
    ['predictions', 'Single predictions of the last 24 hours.', ({ predictions }) => predictions],
    ['anomaly_rate', 'Share of anomalous images of the last 24 hours.', ({ anomalyRate }) => anomalyRate],
    [
      'score_distance',
      "Distance of the last 24 hours' scores to the version's own normal ones, 0 to 1.",
      ({ scoreDistance }) => scoreDistance,
    ],
    [
      'bank_distance_drift',
      "Distance of the last 24 hours' distances to the memory bank to those of the version's normal images, 0 to 1.",
      ({ bankDistanceDrift }) => bankDistanceDrift,
    ],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name: `residua_served_${name}`,
      help,
      labelNames: ['project', 'model', 'version'],
      registers,
      async collect() {
        const versions = (await served())?.versions ?? [];
        this.reset();
        for (const version of versions) {
          const number = value(version);
          const { project, model } = version;
          if (number !== null) this.set({ project, model, version: version.version }, number);
        }
      },
    });
  }
  new Gauge({
    name: 'residua_open_alerts',
    help: 'Alerts of served models that are open, by kind.',
    labelNames: ['kind'],
    registers,
    async collect() {
      const alerts = (await served())?.openAlerts ?? [];
      this.reset();
      for (const { kind, count } of alerts) this.set({ kind }, count);
    },
  });
}
