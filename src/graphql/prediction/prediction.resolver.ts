import { Extensions, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { PredictInput } from './prediction.input.js';
import { Prediction, PredictPayload } from './prediction.type.js';

/** Left out where no pictures were kept. */
interface PredictionBlobs {
  anomalyMapSha256?: string;
  overlaySha256?: string;
}

@Resolver(() => Prediction)
export class PredictionResolver {
  @FieldResolver(() => String)
  anomalyMapUrl(@Root() { anomalyMapSha256 }: PredictionBlobs, @Ctx() { addresses }: GraphqlContext) {
    return anomalyMapSha256 ? addresses.of(`/blobs/${anomalyMapSha256}`) : null;
  }

  @FieldResolver(() => String)
  overlayUrl(@Root() { overlaySha256 }: PredictionBlobs, @Ctx() { addresses }: GraphqlContext) {
    return overlaySha256 ? addresses.of(`/blobs/${overlaySha256}`) : null;
  }

  @Extensions(may('PREDICT'))
  @Mutation(() => PredictPayload, {
    description:
      'Asks a model version about one image and waits for the answer. The question is taken back when its client has gone away.',
  })
  predict(
    @Arg('input', () => PredictInput, { description: 'Which version, which image.' }) input: PredictInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      prediction: await context.services.predictions.predict(context.scope, {
        ...readPrediction(input),
        signal: context.caller,
      }),
    }));
  }
}

function readPrediction({ modelVersionId, imageId, uploadId, ...asked }: PredictInput) {
  return {
    ...asked,
    modelVersionId: idOf('ModelVersion', modelVersionId, ['input', 'modelVersionId']),
    imageId: optionalIdOf('Image', imageId, ['input', 'imageId']),
    uploadId: optionalIdOf('Upload', uploadId, ['input', 'uploadId']),
  };
}
