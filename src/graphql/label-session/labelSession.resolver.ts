import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { expiresAt, shownOutcome } from '../../services/label-sessions/openSessions.js';
import type { LabelSessionEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import type { GraphqlContext } from '../context.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { Image } from '../image/image.type.js';
import { DateTime } from '../scalars.js';
import { payload } from '../user-error/payload.js';
import { CloseLabellingInput, KeepLabellingInput, OpenLabellingInput } from './labelSession.input.js';
import { LabelSession, LabelSessionOutcomeEnum, LabelSessionPayload } from './labelSession.type.js';

@Resolver(() => LabelSession)
export class LabelSessionResolver {
  @FieldResolver(() => Image)
  image(@Root() { imageId }: LabelSessionEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.image.load(imageId);
  }

  @FieldResolver(() => Boolean)
  isMine(@Root() { principalId }: LabelSessionEntity, @Ctx() { principal }: GraphqlContext) {
    return principalId === principal.id;
  }

  @FieldResolver(() => DateTime)
  expiresAt(@Root() session: LabelSessionEntity) {
    return expiresAt(session);
  }

  @FieldResolver(() => LabelSessionOutcomeEnum, { nullable: true })
  outcome(@Root() session: LabelSessionEntity) {
    return shownOutcome(session);
  }

  @Extensions(may('LABEL', 'REVIEW'))
  @Mutation(() => LabelSessionPayload, {
    description:
      'Starts the clock of the database for a label that is drawn or judged, and tells others that the image is taken. Saving with `sessionId` ends it.',
  })
  openLabelling(
    @Arg('input', () => OpenLabellingInput, { description: 'What is worked on.' }) input: OpenLabellingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const imageId = idOf('Image', input.imageId, ['input', 'imageId']);
      const continues = optionalIdOf('LabelSession', input.continues, ['input', 'continues']);
      const asked = { ...input, imageId, continues, purpose: input.purpose ?? 'LABEL' };
      return { session: await context.services.labelSessions.open(context.scope, context.principal, asked) };
    });
  }

  @Extensions(may('LABEL', 'REVIEW'))
  @Mutation(() => LabelSessionPayload, { description: 'Says that somebody still works: the claim goes on.' })
  keepLabelling(
    @Arg('input', () => KeepLabellingInput, { description: 'The session, and its seconds so far.' })
    input: KeepLabellingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      session: await context.services.labelSessions.keep(context.principal, ofSession(input)),
    }));
  }

  @Extensions(may('LABEL', 'REVIEW'))
  @Mutation(() => LabelSessionPayload, {
    description: 'Gives up: the session ends without a label, its seconds are lost.',
  })
  closeLabelling(
    @Arg('input', () => CloseLabellingInput, { description: 'The session, and what it took.' })
    input: CloseLabellingInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => ({
      session: await context.services.labelSessions.close(context.principal, ofSession(input)),
    }));
  }
}

function ofSession<Input extends { sessionId: string }>(input: Input): Input {
  return { ...input, sessionId: idOf('LabelSession', input.sessionId, ['input', 'sessionId']) };
}
