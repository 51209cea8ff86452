import DataLoader from 'dataloader';
import type { AccessScope } from '../access/index.js';
import type { AskedVersion } from '../services/image-predictions.service.js';
import type { ImageFilter } from '../services/images/imageFilter.js';
import type { ImageOrder } from '../services/images/imageOrder.js';
import type { Services } from '../services/index.js';
import type { PageRequest } from '../services/pagination.js';
import { nounOf, type AnnotationKind, type JobRecord, type Noun } from '../services/records.js';
import type { GlobalId } from './globalId.js';

export type Loaders = ReturnType<typeof createLoaders>;

/** Batched reads of one operation, of what lies in the scope: a list of a hundred images asks for their data sets once. */
export function createLoaders(services: Services, scope: AccessScope) {
  const { datasets, models, jobs } = services;
  const one = loadersOfOne(services, scope);
  return {
    ...one,
    /** Whatever has a global id, or null. */
    node: nodeLoader(one),
    ...labelLoaders(services, scope),
    modelAliases: groups(
      (ids) => services.modelAliases.ofModels(scope, ids),
      ({ modelId }) => modelId,
    ),
    versionOfTrainingRun: loader(
      (ids) => models.versionsByTrainingRuns(scope, ids),
      ({ trainingRunId }) => trainingRunId,
    ),
    datasetImages: pages((ids, { filter, orderBy, ...page }: DatasetImages) =>
      services.images.pagesOfDatasets(scope, ids, page, filter ?? {}, orderBy),
    ),
    imagePrediction: pages((ids, version: AskedVersion) =>
      services.imagePredictions.newestOfImages(scope, ids, version),
    ),
    datasetSnapshots: pages((ids, { tag, ...page }: PageRequest & { tag?: string | null }) =>
      services.snapshots.pagesOfDatasets(scope, ids, page, tag),
    ),
    modelVersions: pages((ids, { tag, ...page }: PageRequest & { tag?: string | null }) =>
      models.versionPages(scope, ids, page, tag),
    ),
    projectMembers: pages((ids, page: PageRequest) => services.members.pagesOfProjects(scope, ids, page)),
    missingWorker: new DataLoader((ids: readonly string[]) => jobs.missingWorkers(scope, ids)),
    jobEvents: pages((ids, page: PageRequest) => jobs.eventPages(scope, ids, page)),
    versionEvaluations: pages((ids, page: PageRequest) => services.evaluations.pagesOfVersions(scope, ids, page)),
    imagesTrainedOn: new DataLoader((ids: readonly string[]) => services.evaluations.imagesTrainedOn(scope, ids)),
    projectQuotas: new DataLoader((ids: readonly string[]) => services.quotas.ofProjects(ids)),
    predictionLogPolicy: new DataLoader((ids: readonly string[]) => services.predictionLog.policiesOf(ids)),
    monitoringRule: new DataLoader((ids: readonly string[]) => services.monitoring.rulesOf(ids)),
    erasedOfSnapshot: new DataLoader((ids: readonly string[]) => services.erasures.countsOfSnapshots(ids)),
    sweepTrials: groups(
      (ids) => services.sweeps.trialsOf(scope, ids),
      ({ sweepId }) => sweepId,
    ),
    retentionPolicy: new DataLoader((ids: readonly string[]) => services.retention.policiesOf(ids)),
    retrainingRule: new DataLoader((ids: readonly string[]) => services.retraining.rulesOf(ids)),
    shadowCounts: new DataLoader((ids: readonly string[]) => services.shadows.countsOf(ids)),
    projectUsage: new DataLoader((ids: readonly string[]) => services.quotas.usageOfProjects(ids)),
    datasetCounts: new DataLoader((ids: readonly string[]) => datasets.counts(scope, ids)),
  };
}

/** Labels of images, and what is said and done about them. */
function labelLoaders(services: Services, scope: AccessScope) {
  const { annotations } = services;
  return {
    imageAnnotations: groups(
      (ids) => annotations.newestOfImages(scope, ids),
      ({ imageId }) => imageId,
    ),
    /** Also revisions that took a label away. */
    imageRevisions: groups(
      (ids) => annotations.newestRevisionsOfImages(scope, ids),
      ({ imageId }) => imageId,
    ),
    annotationReviews: groups(
      (ids) => services.reviews.ofAnnotations(scope, ids),
      ({ annotationId }) => annotationId,
    ),
    imageReviewState: new DataLoader((ids: readonly string[]) => services.reviews.statesOfImages(scope, ids)),
    imageClaims: groups(
      (ids) => services.labelSessions.openOfImages(scope, ids),
      ({ imageId }) => imageId,
    ),
    imageAnnotationHistory: pages((ids, { kind, ...page }: ImageHistory) =>
      annotations.historyOfImages(scope, ids, page, kind),
    ),
    datasetLabelCost: new DataLoader((ids: readonly string[]) => services.labelCosts.ofDatasets(scope, ids)),
    versionLabelCost: new DataLoader((ids: readonly string[]) => services.labelCosts.ofModelVersions(scope, ids)),
  };
}

/** What has an id, by its UUID; null where there is none. */
function loadersOfOne(services: Services, scope: AccessScope) {
  return {
    project: byId((ids) => services.projects.byIds(scope, ids)),
    dataset: byId((ids) => services.datasets.byIds(scope, ids)),
    image: byId((ids) => services.images.byIds(scope, ids)),
    annotation: byId((ids) => services.annotations.byIds(scope, ids)),
    study: byId((ids) => services.studies.byIds(scope, ids)),
    studyTrial: byId((ids) => services.studies.trialsByIds(scope, ids)),
    labelSession: byId((ids) => services.labelSessions.byIds(scope, ids)),
    snapshot: byId((ids) => services.snapshots.byIds(scope, ids)),
    model: byId((ids) => services.models.byIds(scope, ids)),
    modelVersion: byId((ids) => services.models.versionsByIds(scope, ids)),
    upload: byId((ids) => services.uploads.byIds(scope, ids)),
    loggedPrediction: byId((ids) => services.predictionLog.byIds(scope, ids)),
    monitoringAlert: byId((ids) => services.monitoring.alertsByIds(scope, ids)),
    retrainingProposal: byId((ids) => services.retraining.byIds(scope, ids)),
    sweep: byId((ids) => services.sweeps.byIds(scope, ids)),
    job: byId((ids) => services.jobs.rowsByIds(scope, ids)),
    principal: byId((ids) => services.people.named(ids)),
    jobRecord: loader(
      (ids) => services.jobs.byIds(scope, ids),
      (record: JobRecord) => record.jobId,
    ),
  };
}

type Read<V> = (ids: readonly string[]) => Promise<V[]>;

/** One value a key, null where there is none. */
function loader<V>(read: Read<V>, keyOf: (value: V) => string): DataLoader<string, V | null> {
  return new DataLoader(async (ids: readonly string[]) => {
    const found = new Map((await read(ids)).map((value) => [keyOf(value), value]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function byId<V extends { id: string }>(read: Read<V>): DataLoader<string, V | null> {
  return loader(read, ({ id }) => id);
}

/** All values of a key. */
function groups<V>(read: Read<V>, keyOf: (value: V) => string): DataLoader<string, V[]> {
  return new DataLoader(async (ids: readonly string[]) => {
    const found = new Map(ids.map((id) => [id, [] as V[]]));
    for (const value of await read(ids)) found.get(keyOf(value))?.push(value);
    return ids.map((id) => found.get(id)!);
  });
}

type DatasetImages = PageRequest & { filter?: ImageFilter | null | undefined; orderBy?: ImageOrder | null | undefined };

type ImageHistory = PageRequest & { kind?: AnnotationKind | null };

/** A connection of one owner. */
interface OwnedPage<Args> {
  owner: string;
  args: Args;
}

/** The connections, or other answers, of many owners: those that are asked the same are read together. */
function pages<Result, Args extends object>(read: (owners: readonly string[], args: Args) => Promise<Result[]>) {
  return new DataLoader<OwnedPage<Args>, Result, string>(
    async (wanted) => {
      const alike = new Map<string, OwnedPage<Args>[]>();
      for (const one of wanted)
        alike.set(JSON.stringify(one.args), [...(alike.get(JSON.stringify(one.args)) ?? []), one]);
      const found = new Map<OwnedPage<Args>, Result>();
      for (const group of alike.values()) {
        const owners = group.map(({ owner }) => owner);
        for (const [index, page] of (await read(owners, group[0]!.args)).entries()) found.set(group[index]!, page);
      }
      return wanted.map((one) => found.get(one)!);
    },
    { cacheKeyFn: ({ owner, args }) => `${owner} ${JSON.stringify(args)}` },
  );
}

type OneById = DataLoader<string, object | null>;

function nodeLoader(one: ReturnType<typeof loadersOfOne>) {
  const byNoun: Record<Noun, OneById> = {
    Project: one.project,
    Dataset: one.dataset,
    Image: one.image,
    Snapshot: one.snapshot,
    Model: one.model,
    ModelVersion: one.modelVersion,
    Upload: one.upload,
    LoggedPrediction: one.loggedPrediction,
    MonitoringAlert: one.monitoringAlert,
    RetrainingProposal: one.retrainingProposal,
    Sweep: one.sweep,
    DatasetImport: one.jobRecord,
    DatasetExport: one.jobRecord,
    ModelExport: one.jobRecord,
    ModelImport: one.jobRecord,
    TrainingRun: one.jobRecord,
    Evaluation: one.jobRecord,
    DatasetPrediction: one.jobRecord,
    PixelAnnotation: one.annotation,
    BlockAnnotation: one.annotation,
    BoxAnnotation: one.annotation,
    LabelSession: one.labelSession,
    Study: one.study,
    StudyTrial: one.studyTrial,
  };
  return async ({ type, id }: GlobalId): Promise<object | null> => {
    const record = Object.hasOwn(byNoun, type) ? await byNoun[type as Noun].load(id) : null;
    // An id is its type and its UUID: the UUID of an evaluation under the name of a training finds nothing.
    return record && nounOf(record) === type ? record : null;
  };
}
