import type { MigrationInterface } from 'typeorm';
import { InitialSchema1764000000000 } from './1764000000000-initialSchema.js';
import { LabelOrigins1764100000000 } from './1764100000000-labelOrigins.js';
import { ImportSummary1764200000000 } from './1764200000000-importSummary.js';
import { DatasetExport1764300000000 } from './1764300000000-datasetExport.js';
import { RegistryAndServing1764400000000 } from './1764400000000-registryAndServing.js';
import { Leases1764500000000 } from './1764500000000-leases.js';
import { JobTraceParent1764600000000 } from './1764600000000-jobTraceParent.js';
import { LastAppend1764800000101 } from './1764800000101-lastAppend.js';
import { ModelExport1764800000201 } from './1764800000201-modelExport.js';
import { ImportFindings1765000100001 } from './1765000100001-importFindings.js';
import { Pictures1765000200001 } from './1765000200001-pictures.js';
import { ImagesWithoutMask1765000300001 } from './1765000300001-imagesWithoutMask.js';
import { JobKinds1765000400001 } from './1765000400001-jobKinds.js';
import { RemovedImages1765000400002 } from './1765000400002-removedImages.js';
import { ModelImport1765000600001 } from './1765000600001-modelImport.js';
import { RunsWithoutFeatures1765000700001 } from './1765000700001-runsWithoutFeatures.js';
import { SettingsAsParams1765000700002 } from './1765000700002-settingsAsParams.js';
import { ModelFiles1765000800001 } from './1765000800001-modelFiles.js';
import { ComposedNames1765000900001 } from './1765000900001-composedNames.js';
import { Devices1765001000001 } from './1765001000001-devices.js';
import { Stages1765001000002 } from './1765001000002-stages.js';
import { Principals1765001100001 } from './1765001100001-principals.js';
import { ProjectsAreTenants1765001100002 } from './1765001100002-projectsAreTenants.js';
import { Accounts1765001200001 } from './1765001200001-accounts.js';
import { Audit1765001200002 } from './1765001200002-audit.js';
import { ForeignKeysOfJobs1765001200003 } from './1765001200003-foreignKeysOfJobs.js';
import { ProjectQuotas1765001220000 } from './1765001220000-projectQuotas.js';
import { ServerKeys1765001230001 } from './1765001230001-serverKeys.js';
import { TextureFiles1765001240001 } from './1765001240001-textureFiles.js';
import { LabelSessions1765002000001 } from './1765002000001-labelSessions.js';
import { AnnotationReviews1765002000002 } from './1765002000002-annotationReviews.js';
import { Studies1765002000003 } from './1765002000003-studies.js';
import { ProjectChanges1765003000001 } from './1765003000001-projectChanges.js';
import { LargerPreviews1765003000002 } from './1765003000002-largerPreviews.js';
import { PredictionLog1765003000003 } from './1765003000003-predictionLog.js';
import { Webhooks1765003000004 } from './1765003000004-webhooks.js';
import { LabellingChanges1765003000005 } from './1765003000005-labellingChanges.js';
import { Sinks1765004000001 } from './1765004000001-sinks.js';
import { Stations1765004000002 } from './1765004000002-stations.js';
import { Sources1765004000003 } from './1765004000003-sources.js';
import { Monitoring1765005000001 } from './1765005000001-monitoring.js';
import { Shadow1765005000002 } from './1765005000002-shadow.js';
import { Retraining1765005000003 } from './1765005000003-retraining.js';
import { ErasedImages1765005000004 } from './1765005000004-erasedImages.js';
import { Retention1765005000005 } from './1765005000005-retention.js';
import { Sweeps1765005000006 } from './1765005000006-sweeps.js';
import { GpuFailed1765005104000 } from './1765005104000-gpuFailed.js';
import { BankDistance1765005105000 } from './1765005105000-bankDistance.js';
import { SweepsOverDetectors1765005106000 } from './1765005106000-sweepsOverDetectors.js';

/** Every migration, oldest first. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  InitialSchema1764000000000,
  LabelOrigins1764100000000,
  ImportSummary1764200000000,
  DatasetExport1764300000000,
  RegistryAndServing1764400000000,
  Leases1764500000000,
  JobTraceParent1764600000000,
  LastAppend1764800000101,
  ModelExport1764800000201,
  ImportFindings1765000100001,
  Pictures1765000200001,
  ImagesWithoutMask1765000300001,
  JobKinds1765000400001,
  RemovedImages1765000400002,
  ModelImport1765000600001,
  RunsWithoutFeatures1765000700001,
  SettingsAsParams1765000700002,
  ModelFiles1765000800001,
  ComposedNames1765000900001,
  Devices1765001000001,
  Stages1765001000002,
  Principals1765001100001,
  ProjectsAreTenants1765001100002,
  Accounts1765001200001,
  Audit1765001200002,
  ForeignKeysOfJobs1765001200003,
  ProjectQuotas1765001220000,
  ServerKeys1765001230001,
  TextureFiles1765001240001,
  LabelSessions1765002000001,
  AnnotationReviews1765002000002,
  Studies1765002000003,
  ProjectChanges1765003000001,
  LargerPreviews1765003000002,
  PredictionLog1765003000003,
  Webhooks1765003000004,
  LabellingChanges1765003000005,
  Sinks1765004000001,
  Stations1765004000002,
  Sources1765004000003,
  Monitoring1765005000001,
  Shadow1765005000002,
  Retraining1765005000003,
  ErasedImages1765005000004,
  Retention1765005000005,
  Sweeps1765005000006,
  GpuFailed1765005104000,
  BankDistance1765005105000,
  SweepsOverDetectors1765005106000,
];
