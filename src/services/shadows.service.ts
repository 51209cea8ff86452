import { In, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  ModelVersionEntity,
  PredictionFeedbackEntity,
  ShadowCountEntity,
  ShadowPredictionEntity,
} from '../database/entities/index.js';
import { nothingWithId } from '../shared/errors.js';
import { paginate, type Page, type PageRequest } from './pagination.js';
import type { LoggedPrediction } from './prediction-log.service.js';
import { inScope, liesIn } from './scoped.js';
import type { ShadowScoring } from './shadow/shadowScoring.js';

/** What a challenger said, with the prediction it is about. */
export type ShadowPrediction = ShadowPredictionEntity & { prediction: LoggedPrediction };

/** How often a challenger said the same as the version that was asked. */
export type ShadowCounts = Omit<ShadowCountEntity, 'modelVersionId' | 'modelVersion'>;

const nothingCounted: ShadowCounts = {
  ...{ bothAnomalous: 0, onlyServed: 0, onlyShadow: 0, bothNormal: 0, dropped: 0, failed: 0 },
};

/** What challengers said beside the versions that were asked. */
export class ShadowsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly scoring: ShadowScoring,
  ) {}

  /**
   * What a challenger said, the greatest disagreement first.
   * @param differs only where the verdicts differ, or where they do not.
   * @throws FaultError NOT_FOUND for the version.
   */
  async page(
    scope: AccessScope,
    { modelVersionId, differs }: { modelVersionId: string; differs?: boolean | null | undefined },
    request: PageRequest,
  ): Promise<Page<ShadowPrediction>> {
    const { manager } = this.dataSource;
    const isKnown =
      (await liesIn(scope, manager, ModelVersionEntity, modelVersionId)) &&
      (await manager.existsBy(ModelVersionEntity, { id: modelVersionId }));
    if (!isKnown) throw nothingWithId('model version');
    const query = this.dataSource
      .getRepository(ShadowPredictionEntity)
      .createQueryBuilder('shadow')
      .where({ modelVersionId })
      .innerJoinAndSelect('shadow.prediction', 'prediction')
      .leftJoinAndMapOne(
        'prediction.feedback',
        PredictionFeedbackEntity,
        'feedback',
        'feedback.prediction_id = prediction.id',
      );
    if (typeof differs === 'boolean') query.andWhere({ differs });
    return (await paginate(inScope(query, scope), {
      connection: `shadows:${modelVersionId}:${differs ?? ''}`,
      alias: 'shadow',
      keys: [
        { column: 'disagreement', direction: 'DESC' },
        { column: 'predictionId', direction: 'DESC' },
      ],
      request,
    })) as Page<ShadowPrediction>;
  }

  /** Counts of challengers, in the order of `ids`. */
  async countsOf(ids: readonly string[]): Promise<ShadowCounts[]> {
    const rows = await this.dataSource.getRepository(ShadowCountEntity).findBy({ modelVersionId: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.modelVersionId, row]));
    return ids.map((id) => byId.get(id) ?? nothingCounted);
  }

  /** Resolves when challengers have said what they were to be asked, and it is stored. */
  settled(): Promise<void> {
    return this.scoring.settled();
  }

  /** Asks challengers nothing any more. */
  stop(): Promise<void> {
    return this.scoring.stop();
  }
}
