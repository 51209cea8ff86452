import { Extensions, Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { anybody, may } from '../access/access.js';
import { requireEverywhere } from '../access/requireEverywhere.js';
import type { DatasetImportEntity } from '../../services/records.js';
import type { GraphqlContext } from '../context.js';
import { Dataset } from '../dataset/dataset.type.js';
import { idOf, optionalIdOf } from '../globalId.js';
import { payload } from '../user-error/payload.js';
import { ImportDatasetInput, ProblemPolicyEnum } from './datasetImport.input.js';
import {
  DatasetImport,
  ImportDatasetPayload,
  ImportFormat,
  ImportSummary,
  LeftOutFiles,
} from './datasetImport.type.js';

@Resolver(() => ImportSummary)
export class ImportSummaryResolver {
  // Imports of earlier releases did not keep these.
  @FieldResolver(() => [String])
  normalNames(@Root() { normalNames }: Partial<ImportSummary>) {
    return normalNames ?? [];
  }

  @FieldResolver(() => [LeftOutFiles])
  leftOut(@Root() { leftOut }: Partial<ImportSummary>) {
    return leftOut ?? [];
  }
}

@Resolver(() => DatasetImport)
export class DatasetImportResolver {
  @FieldResolver(() => Dataset)
  dataset(@Root() { datasetId }: DatasetImportEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.dataset.load(datasetId);
  }

  @FieldResolver(() => ProblemPolicyEnum)
  onProblem(@Root() { options }: DatasetImportEntity) {
    return options.onProblem ?? 'REFUSE';
  }

  @Extensions(anybody)
  @Query(() => [ImportFormat], { description: 'Every layout that can be imported.' })
  importFormats(@Ctx() { services }: GraphqlContext) {
    return services.datasetImports.listFormats();
  }

  @Extensions(may('CURATE'))
  @Mutation(() => ImportDatasetPayload, {
    description: 'Starts reading images and labels into a data set. All of them or, when there is a problem, none.',
  })
  importDataset(
    @Arg('input', () => ImportDatasetInput, { description: 'What to read, and into which data set.' })
    input: ImportDatasetInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      // What lies on the server belongs to no project.
      if (typeof input.path === 'string') requireEverywhere(context.principal, 'ADMIN', ['input', 'path']);
      return { import: await context.services.datasetImports.start(context.scope, readImport(input)) };
    });
  }
}

function readImport({ datasetId, uploadId, ...input }: ImportDatasetInput) {
  return {
    ...input,
    datasetId: idOf('Dataset', datasetId, ['input', 'datasetId']),
    uploadId: optionalIdOf('Upload', uploadId, ['input', 'uploadId']),
  };
}
