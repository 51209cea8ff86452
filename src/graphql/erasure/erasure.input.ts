import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Images that shall be gone for good.' })
export class EraseImagesInput {
  @Field(() => [ID], { description: 'The images, 1 to 500 of one project; all are erased or none.' })
  ids: string[];

  @Field(() => String, { nullable: true, description: 'For the audit log, at most 1,000 characters.' })
  reason?: string | null;
}
