import { ArgsType, Field, ID, Int } from 'type-graphql';
import type { LeaderboardOrder, TradeoffTime } from '../../services/leaderboard.service.js';
import type { PublishedDataset } from '../../services/leaderboard/publishedTables.js';
import type { Split } from '../../services/records.js';
import { SplitEnum } from '../image/image.type.js';
import { LeaderboardOrderEnum, PublishedDatasetEnum, TradeoffTimeEnum } from './leaderboard.type.js';

@ArgsType()
export class LeaderboardArgs {
  @Field(() => ID, { description: 'The snapshot the versions were evaluated on.' })
  snapshotId: string;

  @Field(() => SplitEnum, { nullable: true, description: 'Which part of it; TEST when left out.' })
  split?: Split | null;

  @Field(() => LeaderboardOrderEnum, { nullable: true, description: 'PIXEL_AP when left out.' })
  orderBy?: LeaderboardOrder | null;

  @Field(() => Int, { nullable: true, description: 'Rows at most, 1 to 200; 50 when left out.' })
  first?: number | null;
}

@ArgsType()
export class AnnotationTradeoffArgs {
  @Field(() => ID, { description: 'The data set the versions were trained on.' })
  datasetId: string;

  @Field(() => LeaderboardOrderEnum, { nullable: true, description: 'What best means; PIXEL_AP when left out.' })
  orderBy?: LeaderboardOrder | null;

  @Field(() => TradeoffTimeEnum, { nullable: true, description: 'Whose seconds are told; LABELS when left out.' })
  timeFrom?: TradeoffTime | null;
}

@ArgsType()
export class PublishedResultsArgs {
  @Field(() => PublishedDatasetEnum, { description: 'The public data set.' })
  dataset: PublishedDataset;

  @Field(() => String, {
    nullable: true,
    description: 'One category by the name of its folder, e.g. `metal_nut`; the mean over all when left out.',
  })
  category?: string | null;
}
