import { traceToOnnx } from '../../compute/index.js';
import { standaloneFunction, type FeatureParts, type PluginLog } from '../../plugin-api/index.js';
import type { PluginRecord } from '../../plugin-host/index.js';
import type { ExportedVersion } from '../../services/model-exports.service.js';
import { problem } from '../../shared/errors.js';
import { checkFeatureWeights, readState } from '../detectorArtifact.js';
import { openDetector } from '../detectorRun.js';
import { readModelState } from '../modelState.js';
import type { WorkerParts } from '../workerParts.js';

/** ONNX files are Protocol Buffers, which end at 2 GB. */
const longestFile = 2 ** 31 - 1;

/**
 * A model version as the bytes of one ONNX file: the graph that predictions run, from the image at the detector's size to
 * anomaly map and score. docs/export.md describes it.
 * @throws ProblemError MODEL_PLUGIN_MISMATCH, MODEL_FORMAT_UNSUPPORTED for a detector without prediction graph,
 * MODEL_WEIGHTS_INVALID, MODEL_LAYER_UNSUPPORTED, MODEL_TOO_LARGE.
 */
export async function exportOnnx(parts: WorkerParts, exported: ExportedVersion, log: PluginLog): Promise<Uint8Array> {
  const { version, run } = exported;
  const { imageSize } = run.settings;
  const state = await readModelState(parts, version);
  const detector = await openDetector(parts, run, log);
  try {
    checkFeatureWeights(state, detector, run);
    const graph = detector.plugin.predictionGraph?.(readState(detector.plugin, state), detector.context);
    if (!graph) throw problem('MODEL_FORMAT_UNSUPPORTED', `detector ${run.detector.id} has no prediction graph`);
    try {
      const bytes = traceToOnnx('detector', standaloneFunction(graph), [{ shape: [1, imageSize, imageSize, 3] }], {
        inputNames: ['image'],
        outputNames: ['anomaly_map', 'anomaly_score'],
        metadata: metadataOf(exported, detector.features),
      });
      if (bytes.length <= longestFile) return bytes;
      throw problem('MODEL_TOO_LARGE', `the ONNX file has ${bytes.length} bytes; at most ${longestFile} are possible`);
    } finally {
      graph.dispose();
    }
  } finally {
    detector.dispose();
  }
}

/** What the file says about itself; names in docs/export.md. */
function metadataOf({ run, manifest }: ExportedVersion, features: FeatureParts | undefined): Record<string, string> {
  const { imageSize } = run.settings;
  const text = (value: number | null) => (value === null ? '' : String(value));
  const plugin = ({ id, version, digest, params }: PluginRecord) => JSON.stringify({ id, version, digest, params });
  return {
    model: manifest.model,
    version: String(manifest.version),
    supervision: manifest.supervision,
    snapshot_digest: manifest.snapshot.digest,
    artifact_sha256: manifest.state.sha256,
    image_threshold: text(manifest.imageThreshold),
    pixel_threshold: text(manifest.pixelThreshold),
    detector: plugin(run.detector),
    ...(run.featureExtractor && { feature_extractor: plugin(run.featureExtractor) }),
    ...(features && { feature_weights_sha256: features.featureExtractor.weightsDigest }),
    settings: JSON.stringify(run.settings),
    input: `image: float32 [1, ${imageSize}, ${imageSize}, 3], sRGB values 0 to 255, rows from the top, channels R, G, B; scale the image to this square first (cubic, antialiased)`,
    output: `anomaly_map: float32 [1, ${imageSize}, ${imageSize}]; anomaly_score: float32 [1]; higher is more anomalous, at image_threshold and pixel_threshold or above it counts as a defect`,
  };
}
