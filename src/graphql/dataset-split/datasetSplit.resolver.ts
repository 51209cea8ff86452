import { Extensions, Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { idOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { SplitDatasetInput } from './datasetSplit.input.js';
import { SplitDatasetPayload } from './datasetSplit.type.js';

const nothing = { changed: 0, groups: 0, splits: [], warnings: [] };

@Resolver()
export class DatasetSplitResolver {
  @Extensions(may('CURATE'))
  @Mutation(() => SplitDatasetPayload, {
    description:
      'Divides the images of a data set into splits at random, each label and each kind of defect in the same proportion. Snapshots taken before stay as they are.',
  })
  splitDataset(
    @Arg('input', () => SplitDatasetInput, { description: 'What to divide, and how.' }) input: SplitDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, () => context.services.datasetSplits.split(context.scope, readSplit(input)), nothing);
  }
}

function readSplit({ datasetId, shares, ...input }: SplitDatasetInput) {
  return {
    ...input,
    datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
    shares: { TRAIN: shares.train, VALIDATION: shares.validation ?? 0, TEST: shares.test ?? 0 },
  };
}
