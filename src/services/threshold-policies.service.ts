import type { DataSource, EntityManager } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  EvaluatedImageEntity,
  EvaluationEntity,
  JobEntity,
  ModelVersionEntity,
  type ModelEntity,
} from '../database/entities/index.js';
import { noteForAudit } from '../database/index.js';
import { notFound, problem, ProblemError, throwIfProblems, type Problem } from '../shared/errors.js';
import { defaultQuantiles, type NormalScores, type ThresholdPolicy } from '../shared/thresholds.js';
import { authorProblems } from './model-aliases.service.js';
import { lockModelOfVersion } from './registry/lockModel.js';
import {
  settingProblems,
  thresholdsAtBestF1,
  thresholdsAtQuantiles,
  type Thresholds,
  type ThresholdSettings,
} from './registry/thresholdPolicies.js';
import { rowsIn } from './scoped.js';

/** How thresholds of a version shall be chosen. */
export interface SetThresholdPolicy extends ThresholdSettings {
  modelVersionId: string;
  /** F1_MAX: needed. NORMAL_QUANTILE: whose normal images; left out, those the training set aside. */
  evaluationId?: string | null | undefined;
  /** Who decides, as the caller says. */
  author?: string | null | undefined;
}

/** Chooses the thresholds of model versions, without training. */
export class ThresholdPoliciesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * Applies a policy. What it has no answer for (pixels without masks, a value left out of MANUAL) stays as it was.
   * @throws ProblemError NOT_FOUND, BAD_USER_INPUT (values out of range or of another kind, an evaluation of another version
   * or without what the policy needs), CONFLICT (an evaluation that has not completed), TEXT_INVALID; all that can be told at once.
   */
  async set(scope: AccessScope, input: SetThresholdPolicy): Promise<ModelVersionEntity> {
    const problems = [...settingProblems(input), ...evaluationChoiceProblems(input), ...authorProblems(input.author)];
    return this.dataSource.transaction(async (manager) => {
      const { model, version } = await this.version(scope, manager, input, problems);
      const evaluation = input.evaluationId
        ? await usableEvaluation(scope, manager, input.evaluationId, model, version, problems)
        : undefined;
      throwIfProblems(problems);
      const thresholds = await chooseThresholds(manager, input, version, evaluation);
      const thresholdPolicy = this.policy(input, evaluation);
      await manager.update(ModelVersionEntity, { id: version.id }, { ...thresholds, thresholdPolicy });
      const changed = await manager.findOneByOrFail(ModelVersionEntity, { id: version.id });
      noteForAudit({ details: { before: thresholdsOf(version), after: thresholdsOf(changed) } });
      return changed;
    });
  }

  private async version(
    scope: AccessScope,
    manager: EntityManager,
    { modelVersionId }: SetThresholdPolicy,
    problems: readonly Problem[],
  ) {
    try {
      return await lockModelOfVersion(scope, manager, modelVersionId, ['input', 'modelVersionId']);
    } catch (error) {
      throw error instanceof ProblemError ? new ProblemError([error.problems[0]!, ...problems]) : error;
    }
  }

  private policy(input: SetThresholdPolicy, evaluation: EvaluationEntity | undefined): ThresholdPolicy {
    const byQuantile = input.kind === 'NORMAL_QUANTILE';
    return {
      kind: input.kind,
      imageQuantile: byQuantile ? quantilesOf(input).imageQuantile : null,
      pixelQuantile: byQuantile ? quantilesOf(input).pixelQuantile : null,
      evaluationId: evaluation?.jobId ?? null,
      split: evaluation?.split ?? (byQuantile ? 'TRAIN' : null),
      author: input.author ?? null,
      chosenAt: this.now().toISOString(),
    };
  }
}

/** As the audit log has them. */
function thresholdsOf({ imageThreshold, pixelThreshold, thresholdPolicy }: ModelVersionEntity) {
  return { imageThreshold, pixelThreshold, kind: thresholdPolicy?.kind ?? null };
}

function quantilesOf({ imageQuantile, pixelQuantile }: SetThresholdPolicy) {
  return {
    imageQuantile: imageQuantile ?? defaultQuantiles.imageQuantile,
    pixelQuantile: pixelQuantile ?? defaultQuantiles.pixelQuantile,
  };
}

const evaluationField = { field: ['input', 'evaluationId'] } as const;

function evaluationChoiceProblems({ kind, evaluationId }: SetThresholdPolicy): Problem[] {
  if (kind === 'F1_MAX' && !evaluationId) {
    const message = 'an F1_MAX policy needs evaluationId: the evaluation whose best F1 decides; none was given';
    return [{ code: 'BAD_USER_INPUT', message, ...evaluationField }];
  }
  if (kind !== 'MANUAL' || !evaluationId) return [];
  return [
    {
      code: 'BAD_USER_INPUT',
      message: 'a MANUAL policy looks at no evaluation; leave evaluationId out',
      ...evaluationField,
    },
  ];
}

/** The evaluation when the policy may look at it; what forbids it is added to `problems`. */
async function usableEvaluation(
  scope: AccessScope,
  manager: EntityManager,
  id: string,
  model: ModelEntity,
  version: ModelVersionEntity,
  problems: Problem[],
): Promise<EvaluationEntity | undefined> {
  const evaluation = await rowsIn(scope, manager.getRepository(EvaluationEntity), { jobId: id })
    .innerJoinAndSelect('found.modelVersion', 'version')
    .innerJoinAndSelect('version.model', 'model')
    .getOne();
  const location = { ...evaluationField, item: id };
  if (!evaluation) {
    problems.push(...notFound('evaluation', id, location.field).problems);
    return undefined;
  }
  const measured = evaluation.modelVersion!;
  if (measured.id !== version.id) {
    const names = `${measured.model!.name} version ${measured.version}, not ${model.name} version ${version.version}`;
    problems.push({ code: 'BAD_USER_INPUT', message: `the evaluation measured ${names}`, ...location });
  }
  const { state } = await manager.findOneByOrFail(JobEntity, { id });
  if (state !== 'COMPLETED') {
    const message = `the evaluation is ${state}: only a completed one has scores to choose thresholds by`;
    problems.push({ code: 'CONFLICT', message, ...location });
  }
  return evaluation;
}

async function chooseThresholds(
  manager: EntityManager,
  input: SetThresholdPolicy,
  version: ModelVersionEntity,
  evaluation: EvaluationEntity | undefined,
): Promise<Partial<Thresholds>> {
  const { imageThreshold, pixelThreshold } = input;
  if (input.kind === 'MANUAL') {
    return {
      imageThreshold: imageThreshold ?? version.imageThreshold,
      pixelThreshold: pixelThreshold ?? version.pixelThreshold,
    };
  }
  if (input.kind === 'NORMAL_QUANTILE') {
    const scores = evaluation ? await normalScores(manager, evaluation) : version.calibration;
    if (scores && scores.imageScores.length > 0) return thresholdsAtQuantiles(scores, quantilesOf(input));
    const why = evaluation
      ? `the evaluation has no normal image with stored scores on split ${evaluation.split}`
      : 'the version keeps no calibration scores of its training; name an evaluation by evaluationId';
    throw problem('BAD_USER_INPUT', why, evaluationField);
  }
  const found = thresholdsAtBestF1(evaluation!);
  if (found.imageThreshold !== undefined) return found;
  const why = `split ${evaluation!.split} lacks normal or anomalous images, so no threshold has a best F1`;
  throw problem('BAD_USER_INPUT', why, evaluationField);
}

/** Scores of an evaluation's normal images; null when it is older than the column that keeps them. */
async function normalScores(manager: EntityManager, evaluation: EvaluationEntity): Promise<NormalScores | null> {
  const normal = await manager.find(EvaluatedImageEntity, {
    select: { id: true, anomalyScore: true },
    where: { evaluationId: evaluation.jobId, label: 'NORMAL' },
  });
  const pixelQuantiles = evaluation.normalPixelQuantiles;
  return pixelQuantiles && { imageScores: normal.map(({ anomalyScore }) => anomalyScore), pixelQuantiles };
}
