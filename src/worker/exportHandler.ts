import { Readable } from 'node:stream';
import { zipStream } from '../files/index.js';
import type { JobRun } from '../jobs/index.js';
import { manifestFile, stateFile, type ExportedVersion } from '../services/index.js';
import { exportOnnx } from './onnxExport.js';
import type { WorkerParts } from './workerParts.js';

/** Runs one EXPORT job: of a model version, or of a snapshot. */
export async function handleExport(parts: WorkerParts, job: JobRun): Promise<void> {
  const { exports, modelExports } = parts.services;
  const row = await modelExports.byJob(job.job.id);
  if (!row) return exports.run(job);
  const exported = await modelExports.describe(row);
  const content = row.format === 'onnx' ? await exportOnnx(parts, exported, job.pluginLog) : bundle(parts, exported);
  const artifact = await parts.blobs.put(content);
  await job.complete((manager) => modelExports.finish(manager, row.jobId, artifact));
}

/** A zip of the manifest and the state. The version's own time: the same version gives the same zip. */
function bundle({ blobs }: WorkerParts, { version, manifest }: ExportedVersion): Readable {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const files = [
    { path: manifestFile, open: () => Readable.from([Buffer.from(text)]), compress: true },
    { path: stateFile, open: () => blobs.open(version.artifactSha256), compress: false },
  ];
  return zipStream(files, version.createdAt);
}
