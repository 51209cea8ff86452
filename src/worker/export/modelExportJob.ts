import { Readable } from 'node:stream';
import { everything } from '../../access/index.js';
import { zipStream } from '../../files/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import { manifestFile, modelFilePath, stateFile } from '../../services/model-bundles/manifest.js';
import type { ExportedVersion } from '../../services/model-exports.service.js';
import { modelFile } from '../../services/storedFiles.js';
import type { WorkerParts } from '../workerParts.js';
import { exportOnnx } from './onnxExport.js';

/** Does a MODEL_EXPORT job: writes a model version as a bundle or as one ONNX file. */
export async function runModelExportJob(parts: WorkerParts, attempt: JobAttempt): Promise<void> {
  const { modelExports } = parts.services;
  const row = await modelExports.require(everything, attempt.job.id);
  const exported = await modelExports.describe(row);
  const content =
    row.format === 'onnx' ? await exportOnnx(parts, exported, attempt.pluginLog) : bundle(parts, exported);
  const artifact = await parts.blobs.put(content);
  await attempt.complete((manager) => modelExports.finish(manager, row.jobId, artifact));
}

/** A zip of the manifest, the state and the weights of the features. The version's own time: the same version gives the same zip. */
function bundle({ blobs }: WorkerParts, { version, manifest }: ExportedVersion): Readable {
  const name = `${manifest.model}@${manifest.version}`;
  const open = () => modelFile(version.artifactSha256, name, (sha256) => blobs.open(sha256));
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const files = [
    { path: manifestFile, open: () => Readable.from([Buffer.from(text)]), compress: true },
    { path: stateFile, open, compress: false },
    ...manifest.modelFiles.map(({ sha256 }) => ({
      path: modelFilePath(sha256),
      open: () => modelFile(sha256, name, (stored) => blobs.open(stored)),
      compress: false,
    })),
  ];
  return zipStream(files, version.createdAt);
}
