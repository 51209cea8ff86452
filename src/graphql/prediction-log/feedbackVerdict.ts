import { registerEnumType } from 'type-graphql';
import { feedbackVerdicts } from '../../services/records.js';
import { enumOf } from '../enumOf.js';

export const FeedbackVerdictEnum = enumOf(feedbackVerdicts);
registerEnumType(FeedbackVerdictEnum, {
  name: 'FeedbackVerdict',
  description: 'What somebody who knows the part says of a prediction.',
  valuesConfig: {
    RIGHT: { description: 'It said what the part is.' },
    FALSE_ALARM: { description: 'It called a good part anomalous.' },
    MISSED: { description: 'It called a defective part normal.' },
  },
});
