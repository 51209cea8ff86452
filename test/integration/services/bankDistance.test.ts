import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { LoggedPredictionEntity, type ModelVersionEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { openModel } from '../../../src/worker/openModel.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';

const database = useDatabase();
let installation: Installation;
let semirest: ModelVersionEntity;
let padim: ModelVersionEntity;
beforeAll(async () => {
  installation = await Installation.open(database.url);
  const snapshotId = await installation.snapshot('tiles');
  semirest = await installation.trained({ snapshotId, modelName: 'semirest' });
  padim = await installation.trained({ snapshotId, modelName: 'padim', detector: { id: 'padim' } });
}, 120_000);
afterAll(() => installation.stop());

/** What the log has of a normal and a defective image. */
async function asked({ id: modelVersionId }: ModelVersionEntity) {
  for (const isDefective of [false, true]) {
    const bytes = await encodePng(surface(77, isDefective));
    const answer = await installation.services.predictions.predictSent(everything, {
      ...{ modelVersionId, bytes, withMap: false },
    });
    expect(answer).not.toHaveProperty('bankDistance');
  }
  await installation.services.predictionLog.flush();
  return database.dataSource.getRepository(LoggedPredictionEntity).find({
    ...{ where: { modelVersionId }, order: { id: 'ASC' as const } },
  });
}

const report = async ({ id: modelVersionId }: ModelVersionEntity) =>
  (await installation.services.monitoring.report(everything, { modelVersionId, step: 'HOUR' })).total;

describe('the distance to the memory bank', () => {
  it('is kept with the version of each image its thresholds were chosen on, as if that were new', () => {
    const { imageScores, bankDistances } = semirest.calibration!;
    expect(bankDistances).toHaveLength(imageScores.length);
    expect(bankDistances).not.toEqual(imageScores);
    // In the bank, each image would be at no distance from itself.
    for (const distance of bankDistances!) expect(distance).toBeGreaterThan(0.01);
  });

  it('is logged with each prediction, counted and compared', async () => {
    const [normal, defective] = await asked(semirest);
    const known = semirest.calibration!.bankDistances!;
    expect(normal!.bankDistance).toBeGreaterThan(0.5 * Math.min(...known));
    expect(defective!.bankDistance).toBeGreaterThan(Math.max(...known, normal!.bankDistance!));
    const [counted] = await database.dataSource.query<{ bank_bins: number[]; normal_bins: number[] }[]>(
      'SELECT bank_bins, normal_bins FROM prediction_hour WHERE model_version_id = $1',
      [semirest.id],
    );
    const sum = (bins: number[]) => bins.reduce((all, one) => all + one, 0);
    expect(counted!.bank_bins).toHaveLength(new Set(known).size + 1);
    expect(sum(counted!.bank_bins)).toBe(sum(counted!.normal_bins));
  });

  it('is the largest of the distances of its places', async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const { predictor } = await openModel(installation.parts, semirest.id, log);
    const { matches } = await predictor.predict(surface(77)).finally(() => predictor.dispose());
    const distances = Array.from({ length: matches!.grid ** 2 }, (_, place) => matches!.of(place).distance);
    const row = await database.dataSource.getRepository(LoggedPredictionEntity).findOneOrFail({
      ...{ where: { modelVersionId: semirest.id }, order: { id: 'ASC' as const } },
    });
    expect(row.bankDistance).toBeCloseTo(Math.max(...distances), 5);
  });

  it('is null of a method without a bank, and nothing is compared', async () => {
    expect(padim.calibration).not.toHaveProperty('bankDistances');
    expect((await asked(padim)).map(({ bankDistance }) => bankDistance)).toEqual([null, null]);
    const { predictions, bankDistanceDrift, bankDistanceDriftLimit, bankDistanceStabilityIndex } = await report(padim);
    expect(predictions).toBe(2);
    expect([bankDistanceDrift, bankDistanceDriftLimit, bankDistanceStabilityIndex]).toEqual([null, null, null]);
  });
});
