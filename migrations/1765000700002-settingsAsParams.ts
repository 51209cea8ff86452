import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a run recorded of its detector, and its settings: before this migration, and after it. */
export interface RecordedDetector {
  detector: { id: string; params: Record<string, unknown> };
  settings: Record<string, unknown>;
}

/** Settings that stayed settings. */
const kept = ['imageSize', 'smoothingSigma'];

/** Those that the optimiser of every detector read, whatever its method. */
const optimiser = ['steps', 'learningRate', 'weightDecay', 'emaDecay'];
const blockThresholds = ['anomalousBlockThreshold', 'normalBlockThreshold', 'unknownBlockThreshold'];

/** Settings that a detector read, by its id; one that is not here keeps all of them. */
const read: Readonly<Record<string, readonly string[]>> = {
  patchcore: ['featureDimension', 'positionWeight', 'coresetRatio'],
  padim: [],
  simplenet: [...optimiser, 'featureDimension'],
  devnet: [...optimiser, ...blockThresholds, 'featureDimension'],
};

/** Every setting there was, with the value of the preset `cpu-small`. */
const before: Readonly<Record<string, unknown>> = {
  ...{ imageSize: 256, steps: 120, learningRate: 3e-4, weightDecay: 0.05, emaDecay: 0.98, featureDimension: 720 },
  ...{ positionWeight: 0.1, coresetRatio: 0.05, residual: 'SQUARE', tokenPatchSize: 1, windowSize: 32, windowStep: 16 },
  ...{ windowSamplingRatio: 0.25, swinBlocks: 1, swinWindow: 8, swinHeads: 4, swinDimension: 128 },
  ...{ anomalousBlockThreshold: 0.25, normalBlockThreshold: 0.08, unknownBlockThreshold: 0.5, normalImagesPerStep: 3 },
  ...{ syntheticImagesPerStep: 3, anomalousImagesPerStep: 0, unlabelledWeight: 5, unlabelledRampSteps: 100 },
  ...{ sharpeningTemperature: 0.5, guesses: 3, smoothingSigma: 4, bagging: true },
};

/** Settings as the detector's parameters: those it read, under the same names. What it never read goes. */
export function settingsAsParams<Run extends RecordedDetector>({ detector, settings, ...run }: Run): Run {
  const { id } = detector;
  const isRead = (name: string) => {
    // PatchCore's position code depended on it. There is no such parameter, so that a model that had another one is refused, not changed.
    if (id === 'patchcore' && name === 'tokenPatchSize') return settings[name] !== 1;
    return !kept.includes(name) && (read[id]?.includes(name) ?? true);
  };
  const params = Object.fromEntries(
    Object.entries(settings)
      .filter(([name]) => isRead(name))
      .map(([name, value]) => [name, name === 'residual' ? String(value).toLowerCase() : value]),
  );
  return {
    ...run,
    detector: { ...detector, params: { ...params, ...detector.params } },
    settings: Object.fromEntries(kept.map((name) => [name, settings[name]])),
  } as Run;
}

/** The opposite of {@link settingsAsParams}; what the detector never read is as in the preset `cpu-small`. */
export function paramsAsSettings<Run extends RecordedDetector>({ detector, settings, ...run }: Run): Run {
  const names = Object.keys(before).filter((name) => name in detector.params);
  const moved = Object.fromEntries(
    names.map((name) => [
      name,
      name === 'residual' ? String(detector.params[name]).toUpperCase() : detector.params[name],
    ]),
  );
  const params = Object.fromEntries(Object.entries(detector.params).filter(([name]) => !names.includes(name)));
  return { ...run, detector: { ...detector, params }, settings: { ...before, ...settings, ...moved } } as Run;
}

/** Settings of trainings become parameters of their detectors. */
export class SettingsAsParams1765000700002 implements MigrationInterface {
  readonly name = 'SettingsAsParams1765000700002';

  up(queryRunner: QueryRunner): Promise<void> {
    return rewrite(queryRunner, settingsAsParams);
  }

  down(queryRunner: QueryRunner): Promise<void> {
    return rewrite(queryRunner, paramsAsSettings);
  }
}

async function rewrite(queryRunner: QueryRunner, change: (run: RecordedDetector) => RecordedDetector): Promise<void> {
  type Row = RecordedDetector & { job_id: string };
  const rows = (await queryRunner.query(`SELECT "job_id", "detector", "settings" FROM "training_run"`)) as Row[];
  for (const { job_id: id, detector, settings } of rows) {
    const changed = change({ detector, settings });
    await queryRunner.query(
      `UPDATE "training_run" SET "detector" = $2::jsonb, "settings" = $3::jsonb WHERE "job_id" = $1`,
      [id, JSON.stringify(changed.detector), JSON.stringify(changed.settings)],
    );
  }
}
