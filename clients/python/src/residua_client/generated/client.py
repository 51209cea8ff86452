from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .add_images import AddImages
from .async_base_client import AsyncBaseClient
from .audit_events import AuditEvents
from .base_model import UNSET, UnsetType
from .cancel_job import CancelJob
from .cancel_sweep import CancelSweep
from .create_dataset import CreateDataset
from .create_snapshot import CreateSnapshot
from .create_token import CreateToken
from .create_upload import CreateUpload
from .dataset_by_name import DatasetByName
from .dataset_images import DatasetImages
from .datasets import Datasets
from .delete_dataset import DeleteDataset
from .delete_images import DeleteImages
from .delete_job import DeleteJob
from .delete_model import DeleteModel
from .delete_model_version import DeleteModelVersion
from .delete_snapshot import DeleteSnapshot
from .enums import JobState, PluginKind, ProjectChangeKind
from .evaluate_model import EvaluateModel
from .evaluated_images import EvaluatedImages
from .evaluation_outcome import EvaluationOutcome
from .evaluation_report import EvaluationReport
from .export_dataset import ExportDataset
from .export_model import ExportModel
from .export_outcome import ExportOutcome
from .follow_project_changes import FollowProjectChanges
from .import_dataset import ImportDataset
from .import_model import ImportModel
from .import_outcome import ImportOutcome
from .input_types import (
    AddImagesInput,
    AuditEventFilter,
    CancelSweepInput,
    CreateDatasetInput,
    CreateSnapshotInput,
    CreateTokenInput,
    CreateUploadInput,
    DeleteDatasetInput,
    DeleteImagesInput,
    DeleteModelInput,
    DeleteModelVersionInput,
    DeleteSnapshotInput,
    EvaluateModelInput,
    ExportDatasetInput,
    ExportModelInput,
    ImageFilter,
    ImportDatasetInput,
    ImportModelInput,
    JobInput,
    PredictDatasetInput,
    PredictInput,
    RemoveModelAliasInput,
    RevokeTokenInput,
    RotateTokenInput,
    SaveBoxAnnotationInput,
    SaveBoxAnnotationsInput,
    SetModelAliasInput,
    SetProjectQuotasInput,
    SetThresholdPolicyInput,
    SplitDatasetInput,
    StartSweepInput,
    StartTrainingInput,
    UpdateImagesInput,
)
from .job_events import JobEvents
from .job_outcome import JobOutcome
from .latest_model_version import LatestModelVersion
from .leaderboard import Leaderboard
from .model_aliases import ModelAliases
from .model_by_name import ModelByName
from .model_export_outcome import ModelExportOutcome
from .model_import_outcome import ModelImportOutcome
from .model_version import ModelVersion
from .model_versions import ModelVersions
from .models import Models
from .plugins import Plugins
from .predict import Predict
from .predict_dataset import PredictDataset
from .predicted_images import PredictedImages
from .project_changes import ProjectChanges
from .project_id import ProjectId
from .project_quotas import ProjectQuotas
from .remove_model_alias import RemoveModelAlias
from .revoke_token import RevokeToken
from .rotate_token import RotateToken
from .save_box_annotation import SaveBoxAnnotation
from .save_box_annotations import SaveBoxAnnotations
from .server_info import ServerInfo
from .server_limits import ServerLimits
from .set_model_alias import SetModelAlias
from .set_project_quotas import SetProjectQuotas
from .set_threshold_policy import SetThresholdPolicy
from .split_dataset import SplitDataset
from .start_sweep import StartSweep
from .start_training import StartTraining
from .sweep_outcome import SweepOutcome
from .sweep_progress import SweepProgress
from .tokens import Tokens
from .training_outcome import TrainingOutcome
from .training_presets import TrainingPresets
from .training_runs import TrainingRuns
from .update_images import UpdateImages
from .version_evaluations import VersionEvaluations
from .version_thresholds import VersionThresholds
from .workers import Workers


def gql(q: str) -> str:
    return q


class GeneratedClient(AsyncBaseClient):
    async def tokens(
        self,
        service_of: Union[Optional[str], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Tokens:
        query = gql("""
            query Tokens($serviceOf: ID, $after: String) {
              tokens(serviceOf: $serviceOf, first: 100, after: $after) {
                nodes {
                  ...Token
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }

            fragment Token on AccessToken {
              tokenId
              name
              permissions
              projectIds
              isService
              createdAt
              expiresAt
              revokedAt
              earlierUntil
              lastUsedOn
            }
            """)
        variables: dict[str, object] = {"serviceOf": service_of, "after": after}
        response = await self.execute(
            query=query, operation_name="Tokens", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Tokens.model_validate(data)

    async def create_token(self, input: CreateTokenInput, **kwargs: Any) -> CreateToken:
        query = gql("""
            mutation CreateToken($input: CreateTokenInput!) {
              createToken(input: $input) {
                token {
                  ...Token
                }
                secret
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment Token on AccessToken {
              tokenId
              name
              permissions
              projectIds
              isService
              createdAt
              expiresAt
              revokedAt
              earlierUntil
              lastUsedOn
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateToken", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateToken.model_validate(data)

    async def rotate_token(self, input: RotateTokenInput, **kwargs: Any) -> RotateToken:
        query = gql("""
            mutation RotateToken($input: RotateTokenInput!) {
              rotateToken(input: $input) {
                token {
                  ...Token
                }
                secret
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment Token on AccessToken {
              tokenId
              name
              permissions
              projectIds
              isService
              createdAt
              expiresAt
              revokedAt
              earlierUntil
              lastUsedOn
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="RotateToken", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RotateToken.model_validate(data)

    async def revoke_token(self, input: RevokeTokenInput, **kwargs: Any) -> RevokeToken:
        query = gql("""
            mutation RevokeToken($input: RevokeTokenInput!) {
              revokeToken(input: $input) {
                token {
                  ...Token
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment Token on AccessToken {
              tokenId
              name
              permissions
              projectIds
              isService
              createdAt
              expiresAt
              revokedAt
              earlierUntil
              lastUsedOn
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="RevokeToken", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RevokeToken.model_validate(data)

    async def project_id(self, name: str, **kwargs: Any) -> ProjectId:
        query = gql("""
            query ProjectId($name: String!) {
              project(name: $name) {
                id
              }
            }
            """)
        variables: dict[str, object] = {"name": name}
        response = await self.execute(
            query=query, operation_name="ProjectId", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ProjectId.model_validate(data)

    async def project_quotas(self, name: str, **kwargs: Any) -> ProjectQuotas:
        query = gql("""
            query ProjectQuotas($name: String!) {
              project(name: $name) {
                id
                usage {
                  bytes
                  images
                  predictionsPerMinute
                  trainingMinutes
                }
                quotas {
                  bytes
                  images
                  predictionsPerMinute
                  trainingMinutes
                }
              }
            }
            """)
        variables: dict[str, object] = {"name": name}
        response = await self.execute(
            query=query, operation_name="ProjectQuotas", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ProjectQuotas.model_validate(data)

    async def set_project_quotas(
        self, input: SetProjectQuotasInput, **kwargs: Any
    ) -> SetProjectQuotas:
        query = gql("""
            mutation SetProjectQuotas($input: SetProjectQuotasInput!) {
              setProjectQuotas(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="SetProjectQuotas",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return SetProjectQuotas.model_validate(data)

    async def audit_events(
        self,
        project_id: Union[Optional[str], UnsetType] = UNSET,
        filter_: Union[Optional[AuditEventFilter], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> AuditEvents:
        query = gql("""
            query AuditEvents($projectId: ID, $filter: AuditEventFilter, $after: String) {
              auditEvents(projectId: $projectId, filter: $filter, first: 200, after: $after) {
                nodes {
                  seq
                  at
                  principalId
                  principalName
                  via
                  address
                  projectId
                  action
                  targets
                  outcome
                  details
                  requestId
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "projectId": project_id,
            "filter": filter_,
            "after": after,
        }
        response = await self.execute(
            query=query, operation_name="AuditEvents", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AuditEvents.model_validate(data)

    async def project_changes(
        self,
        project_id: str,
        kinds: Union[Optional[list[ProjectChangeKind]], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        last: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> ProjectChanges:
        query = gql("""
            query ProjectChanges($projectId: ID!, $kinds: [ProjectChangeKind!], $first: Int, $after: String, $last: Int) {
              projectChanges(
                projectId: $projectId
                kinds: $kinds
                first: $first
                after: $after
                last: $last
              ) {
                nodes {
                  ...Change
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }

            fragment Change on ProjectChange {
              cursor
              seq
              at
              kind
              count
              ids
              datasetId
              modelId
              annotationKind
              jobKind
              jobState
              alias
              fromVersion
              toVersion
            }
            """)
        variables: dict[str, object] = {
            "projectId": project_id,
            "kinds": kinds,
            "first": first,
            "after": after,
            "last": last,
        }
        response = await self.execute(
            query=query, operation_name="ProjectChanges", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ProjectChanges.model_validate(data)

    async def follow_project_changes(
        self,
        project_id: str,
        after: Union[Optional[str], UnsetType] = UNSET,
        kinds: Union[Optional[list[ProjectChangeKind]], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> AsyncIterator[FollowProjectChanges]:
        query = gql("""
            subscription FollowProjectChanges($projectId: ID!, $after: String, $kinds: [ProjectChangeKind!]) {
              projectChanges(projectId: $projectId, after: $after, kinds: $kinds) {
                ...Change
              }
            }

            fragment Change on ProjectChange {
              cursor
              seq
              at
              kind
              count
              ids
              datasetId
              modelId
              annotationKind
              jobKind
              jobState
              alias
              fromVersion
              toVersion
            }
            """)
        variables: dict[str, object] = {
            "projectId": project_id,
            "after": after,
            "kinds": kinds,
        }
        async for data in self.execute_ws(
            query=query,
            operation_name="FollowProjectChanges",
            variables=variables,
            **kwargs,
        ):
            yield FollowProjectChanges.model_validate(data)

    async def dataset_by_name(self, name: str, **kwargs: Any) -> DatasetByName:
        query = gql("""
            query DatasetByName($name: String!) {
              dataset(name: $name) {
                ...DatasetInfo
              }
            }

            fragment DatasetInfo on Dataset {
              id
              name
              counts {
                images
                normal
                anomalous
                train
                test
              }
            }
            """)
        variables: dict[str, object] = {"name": name}
        response = await self.execute(
            query=query, operation_name="DatasetByName", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DatasetByName.model_validate(data)

    async def create_dataset(
        self, input: CreateDatasetInput, **kwargs: Any
    ) -> CreateDataset:
        query = gql("""
            mutation CreateDataset($input: CreateDatasetInput!) {
              createDataset(input: $input) {
                dataset {
                  ...DatasetInfo
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment DatasetInfo on Dataset {
              id
              name
              counts {
                images
                normal
                anomalous
                train
                test
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateDataset.model_validate(data)

    async def delete_dataset(
        self, input: DeleteDatasetInput, **kwargs: Any
    ) -> DeleteDataset:
        query = gql("""
            mutation DeleteDataset($input: DeleteDatasetInput!) {
              deleteDataset(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="DeleteDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DeleteDataset.model_validate(data)

    async def create_upload(
        self, input: CreateUploadInput, **kwargs: Any
    ) -> CreateUpload:
        query = gql("""
            mutation CreateUpload($input: CreateUploadInput!) {
              createUpload(input: $input) {
                upload {
                  id
                  url
                  method
                  headers
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateUpload", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateUpload.model_validate(data)

    async def import_dataset(
        self, input: ImportDatasetInput, **kwargs: Any
    ) -> ImportDataset:
        query = gql("""
            mutation ImportDataset($input: ImportDatasetInput!) {
              importDataset(input: $input) {
                import {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="ImportDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ImportDataset.model_validate(data)

    async def import_outcome(self, id: str, **kwargs: Any) -> ImportOutcome:
        query = gql("""
            query ImportOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on DatasetImport {
                  id
                  ...ImportFindings
                }
              }
            }

            fragment DatasetInfo on Dataset {
              id
              name
              counts {
                images
                normal
                anomalous
                train
                test
              }
            }

            fragment ImportFindings on DatasetImport {
              id
              state
              failure {
                ...Problem
              }
              imagesImported
              annotationsImported
              summary {
                counts {
                  images
                  normal
                  anomalous
                  unlabelled
                  train
                  validation
                  test
                }
                annotations {
                  kind
                  images
                }
                defectTypes {
                  defectType
                  images
                }
                existing
                normalNames
                leftOut {
                  reason
                  files
                  examples
                }
              }
              problems {
                ...Problem
              }
              totalProblems
              skipped {
                ...Problem
              }
              totalSkipped
              warnings {
                ...Problem
              }
              totalWarnings
              dataset {
                ...DatasetInfo
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="ImportOutcome", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ImportOutcome.model_validate(data)

    async def dataset_images(
        self,
        id: str,
        filter_: Union[Optional[ImageFilter], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> DatasetImages:
        query = gql("""
            query DatasetImages($id: ID!, $filter: ImageFilter, $after: String) {
              node(id: $id) {
                __typename
                ... on Dataset {
                  id
                  images(first: 100, after: $after, filter: $filter) {
                    nodes {
                      ...ListedImage
                    }
                    pageInfo {
                      hasNextPage
                      endCursor
                    }
                  }
                }
              }
            }

            fragment ListedImage on Image {
              id
              filename
              split
              label
              defectType
              width
              height
              annotations {
                kind
                revision
                ... on BoxAnnotation {
                  boxes {
                    ...Rectangle
                    defectType
                  }
                }
              }
            }

            fragment Rectangle on Box {
              x
              y
              width
              height
            }
            """)
        variables: dict[str, object] = {"id": id, "filter": filter_, "after": after}
        response = await self.execute(
            query=query, operation_name="DatasetImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DatasetImages.model_validate(data)

    async def update_images(
        self, input: UpdateImagesInput, **kwargs: Any
    ) -> UpdateImages:
        query = gql("""
            mutation UpdateImages($input: UpdateImagesInput!) {
              updateImages(input: $input) {
                images {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="UpdateImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return UpdateImages.model_validate(data)

    async def save_box_annotation(
        self, input: SaveBoxAnnotationInput, **kwargs: Any
    ) -> SaveBoxAnnotation:
        query = gql("""
            mutation SaveBoxAnnotation($input: SaveBoxAnnotationInput!) {
              saveBoxAnnotation(input: $input) {
                annotation {
                  __typename
                  revision
                }
                warnings {
                  ...Problem
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="SaveBoxAnnotation",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return SaveBoxAnnotation.model_validate(data)

    async def save_box_annotations(
        self, input: SaveBoxAnnotationsInput, **kwargs: Any
    ) -> SaveBoxAnnotations:
        query = gql("""
            mutation SaveBoxAnnotations($input: SaveBoxAnnotationsInput!) {
              saveBoxAnnotations(input: $input) {
                saved
                warnings {
                  ...Problem
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="SaveBoxAnnotations",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return SaveBoxAnnotations.model_validate(data)

    async def create_snapshot(
        self, input: CreateSnapshotInput, **kwargs: Any
    ) -> CreateSnapshot:
        query = gql("""
            mutation CreateSnapshot($input: CreateSnapshotInput!) {
              createSnapshot(input: $input) {
                snapshot {
                  id
                  digest
                  counts {
                    images
                    normal
                    anomalous
                    train
                    test
                  }
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateSnapshot", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateSnapshot.model_validate(data)

    async def export_dataset(
        self, input: ExportDatasetInput, **kwargs: Any
    ) -> ExportDataset:
        query = gql("""
            mutation ExportDataset($input: ExportDatasetInput!) {
              exportDataset(input: $input) {
                export {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="ExportDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ExportDataset.model_validate(data)

    async def export_outcome(self, id: str, **kwargs: Any) -> ExportOutcome:
        query = gql("""
            query ExportOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on DatasetExport {
                  id
                  images
                  imagesLeftOut
                  artifact {
                    url
                    sha256
                    bytes
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="ExportOutcome", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ExportOutcome.model_validate(data)

    async def split_dataset(
        self, input: SplitDatasetInput, **kwargs: Any
    ) -> SplitDataset:
        query = gql("""
            mutation SplitDataset($input: SplitDatasetInput!) {
              splitDataset(input: $input) {
                changed
                groups
                splits {
                  split
                  images
                  normal
                  anomalous
                  unlabelled
                }
                warnings {
                  ...Problem
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SplitDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SplitDataset.model_validate(data)

    async def delete_images(
        self, input: DeleteImagesInput, **kwargs: Any
    ) -> DeleteImages:
        query = gql("""
            mutation DeleteImages($input: DeleteImagesInput!) {
              deleteImages(input: $input) {
                deletedIds
                keptInSnapshots
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="DeleteImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DeleteImages.model_validate(data)

    async def delete_snapshot(
        self, input: DeleteSnapshotInput, **kwargs: Any
    ) -> DeleteSnapshot:
        query = gql("""
            mutation DeleteSnapshot($input: DeleteSnapshotInput!) {
              deleteSnapshot(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="DeleteSnapshot", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DeleteSnapshot.model_validate(data)

    async def add_images(self, input: AddImagesInput, **kwargs: Any) -> AddImages:
        query = gql("""
            mutation AddImages($input: AddImagesInput!) {
              addImages(input: $input) {
                images {
                  id
                  filename
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="AddImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return AddImages.model_validate(data)

    async def evaluate_model(
        self, input: EvaluateModelInput, **kwargs: Any
    ) -> EvaluateModel:
        query = gql("""
            mutation EvaluateModel($input: EvaluateModelInput!) {
              evaluateModel(input: $input) {
                evaluation {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="EvaluateModel", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return EvaluateModel.model_validate(data)

    async def evaluation_outcome(self, id: str, **kwargs: Any) -> EvaluationOutcome:
        query = gql("""
            query EvaluationOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on Evaluation {
                  id
                  state
                  failure {
                    ...Problem
                  }
                  split
                  imagesWithoutMask
                  imagesTrainedOn
                  metrics {
                    ...Metrics
                  }
                  byDefectType {
                    defectType
                    images
                    metrics {
                      ...Metrics
                    }
                  }
                }
              }
            }

            fragment Metrics on EvaluationMetrics {
              pixelAuroc
              pixelAp
              pro
              proFprLimit
              pixelF1Max
              pixelF1MaxThreshold
              imageAuroc
              imageAp
              imageF1Max
              imageF1MaxThreshold
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query,
            operation_name="EvaluationOutcome",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return EvaluationOutcome.model_validate(data)

    async def evaluated_images(
        self, id: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> EvaluatedImages:
        query = gql("""
            query EvaluatedImages($id: ID!, $after: String) {
              node(id: $id) {
                __typename
                ... on Evaluation {
                  id
                  images(first: 25, after: $after, orderBy: SCORE_DESC) {
                    nodes {
                      ...EvaluatedImage
                    }
                    pageInfo {
                      hasNextPage
                      endCursor
                    }
                  }
                }
              }
            }

            fragment EvaluatedImage on EvaluatedImage {
              anomalyScore
              isAnomalous
              explanation
              anomalyMapUrl
              overlayUrl
              regions {
                ...ExplainedRegion
              }
              image {
                filename
                label
                defectType
                width
                height
                url
                annotations {
                  ... on PixelAnnotation {
                    maskUrl
                  }
                }
              }
            }

            fragment ExplainedRegion on Region {
              box {
                ...Rectangle
              }
              score
              nearestNormal {
                image {
                  filename
                  url
                }
                box {
                  ...Rectangle
                }
                distance
                patch {
                  ...Rectangle
                }
              }
            }

            fragment Rectangle on Box {
              x
              y
              width
              height
            }
            """)
        variables: dict[str, object] = {"id": id, "after": after}
        response = await self.execute(
            query=query, operation_name="EvaluatedImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return EvaluatedImages.model_validate(data)

    async def leaderboard(self, snapshot_id: str, **kwargs: Any) -> Leaderboard:
        query = gql("""
            query Leaderboard($snapshotId: ID!) {
              leaderboard(snapshotId: $snapshotId) {
                modelVersion {
                  ...ModelVersionInfo
                }
                supervision
                labelCost {
                  kind
                  images
                  activeSeconds
                }
                metrics {
                  ...Metrics
                }
              }
            }

            fragment Metrics on EvaluationMetrics {
              pixelAuroc
              pixelAp
              pro
              proFprLimit
              pixelF1Max
              pixelF1MaxThreshold
              imageAuroc
              imageAp
              imageF1Max
              imageF1MaxThreshold
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }
            """)
        variables: dict[str, object] = {"snapshotId": snapshot_id}
        response = await self.execute(
            query=query, operation_name="Leaderboard", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Leaderboard.model_validate(data)

    async def job_events(
        self, job_id: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> AsyncIterator[JobEvents]:
        query = gql("""
            subscription JobEvents($jobId: ID!, $after: String) {
              jobEvents(jobId: $jobId, after: $after) {
                ...LoggedEvent
              }
            }

            fragment LoggedEvent on JobEvent {
              __typename
              cursor
              seq
              at
              attempt
              ... on StateChanged {
                state
              }
              ... on MetricsReported {
                stage
                step
                totalSteps
                metrics {
                  name
                  value
                }
                secondsPerStep
                etaSeconds
              }
              ... on LogWritten {
                level
                message
              }
              ... on CheckpointSaved {
                step
              }
            }
            """)
        variables: dict[str, object] = {"jobId": job_id, "after": after}
        async for data in self.execute_ws(
            query=query, operation_name="JobEvents", variables=variables, **kwargs
        ):
            yield JobEvents.model_validate(data)

    async def job_outcome(self, id: str, **kwargs: Any) -> JobOutcome:
        query = gql("""
            query JobOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on Job {
                  id
                  kind
                  state
                  failure {
                    ...Problem
                  }
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="JobOutcome", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return JobOutcome.model_validate(data)

    async def cancel_job(self, input: JobInput, **kwargs: Any) -> CancelJob:
        query = gql("""
            mutation CancelJob($input: JobInput!) {
              cancelJob(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CancelJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CancelJob.model_validate(data)

    async def delete_job(self, input: JobInput, **kwargs: Any) -> DeleteJob:
        query = gql("""
            mutation DeleteJob($input: JobInput!) {
              deleteJob(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="DeleteJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DeleteJob.model_validate(data)

    async def datasets(
        self, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Datasets:
        query = gql("""
            query Datasets($after: String) {
              datasets(first: 100, after: $after) {
                nodes {
                  id
                  name
                  createdAt
                  counts {
                    images
                    normal
                    anomalous
                    unlabelled
                    train
                    validation
                    test
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {"after": after}
        response = await self.execute(
            query=query, operation_name="Datasets", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Datasets.model_validate(data)

    async def models(
        self, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Models:
        query = gql("""
            query Models($after: String) {
              models(first: 200, after: $after) {
                nodes {
                  name
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {"after": after}
        response = await self.execute(
            query=query, operation_name="Models", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Models.model_validate(data)

    async def model_versions(
        self, name: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> ModelVersions:
        query = gql("""
            query ModelVersions($name: String!, $after: String) {
              model(name: $name) {
                id
                versions(first: 100, after: $after) {
                  nodes {
                    id
                    version
                    aliases
                    createdAt
                    supervision
                    imageThreshold
                    trainingRun {
                      detector {
                        name
                      }
                    }
                    snapshot {
                      dataset {
                        name
                      }
                    }
                  }
                  pageInfo {
                    hasNextPage
                    endCursor
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"name": name, "after": after}
        response = await self.execute(
            query=query, operation_name="ModelVersions", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ModelVersions.model_validate(data)

    async def training_runs(
        self,
        state: Union[Optional[JobState], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> TrainingRuns:
        query = gql("""
            query TrainingRuns($state: JobState, $after: String) {
              jobs(kind: TRAINING, state: $state, first: 100, after: $after) {
                nodes {
                  __typename
                  id
                  state
                  createdAt
                  progress
                  failure {
                    ...Problem
                  }
                  ... on TrainingRun {
                    supervision
                    preset
                    detector {
                      name
                    }
                    modelVersion {
                      ...ModelVersionInfo
                    }
                    snapshot {
                      dataset {
                        name
                      }
                    }
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"state": state, "after": after}
        response = await self.execute(
            query=query, operation_name="TrainingRuns", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return TrainingRuns.model_validate(data)

    async def model_version(
        self, model: str, version: str, **kwargs: Any
    ) -> ModelVersion:
        query = gql("""
            query ModelVersion($model: String!, $version: String!) {
              modelVersion(model: $model, version: $version) {
                ...ModelVersionInfo
              }
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }
            """)
        variables: dict[str, object] = {"model": model, "version": version}
        response = await self.execute(
            query=query, operation_name="ModelVersion", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ModelVersion.model_validate(data)

    async def latest_model_version(
        self, name: str, **kwargs: Any
    ) -> LatestModelVersion:
        query = gql("""
            query LatestModelVersion($name: String!) {
              model(name: $name) {
                versions(first: 1) {
                  nodes {
                    ...ModelVersionInfo
                  }
                }
              }
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }
            """)
        variables: dict[str, object] = {"name": name}
        response = await self.execute(
            query=query,
            operation_name="LatestModelVersion",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return LatestModelVersion.model_validate(data)

    async def export_model(self, input: ExportModelInput, **kwargs: Any) -> ExportModel:
        query = gql("""
            mutation ExportModel($input: ExportModelInput!) {
              exportModel(input: $input) {
                export {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="ExportModel", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ExportModel.model_validate(data)

    async def model_export_outcome(self, id: str, **kwargs: Any) -> ModelExportOutcome:
        query = gql("""
            query ModelExportOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on ModelExport {
                  id
                  artifact {
                    url
                    sha256
                    bytes
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query,
            operation_name="ModelExportOutcome",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ModelExportOutcome.model_validate(data)

    async def import_model(self, input: ImportModelInput, **kwargs: Any) -> ImportModel:
        query = gql("""
            mutation ImportModel($input: ImportModelInput!) {
              importModel(input: $input) {
                import {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="ImportModel", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ImportModel.model_validate(data)

    async def model_import_outcome(self, id: str, **kwargs: Any) -> ModelImportOutcome:
        query = gql("""
            query ModelImportOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on ModelImport {
                  id
                  modelVersion {
                    ...ModelVersionInfo
                  }
                }
              }
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query,
            operation_name="ModelImportOutcome",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ModelImportOutcome.model_validate(data)

    async def model_by_name(self, name: str, **kwargs: Any) -> ModelByName:
        query = gql("""
            query ModelByName($name: String!) {
              model(name: $name) {
                id
              }
            }
            """)
        variables: dict[str, object] = {"name": name}
        response = await self.execute(
            query=query, operation_name="ModelByName", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ModelByName.model_validate(data)

    async def delete_model(self, input: DeleteModelInput, **kwargs: Any) -> DeleteModel:
        query = gql("""
            mutation DeleteModel($input: DeleteModelInput!) {
              deleteModel(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="DeleteModel", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return DeleteModel.model_validate(data)

    async def delete_model_version(
        self, input: DeleteModelVersionInput, **kwargs: Any
    ) -> DeleteModelVersion:
        query = gql("""
            mutation DeleteModelVersion($input: DeleteModelVersionInput!) {
              deleteModelVersion(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="DeleteModelVersion",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return DeleteModelVersion.model_validate(data)

    async def predict(self, input: PredictInput, **kwargs: Any) -> Predict:
        query = gql("""
            mutation Predict($input: PredictInput!) {
              predict(input: $input) {
                prediction {
                  ...PredictionInfo
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment PredictionInfo on Prediction {
              anomalyScore
              isAnomalous
              explanation
              warnings
              anomalyMapUrl
              anomalyMapScale
              overlayUrl
              regions {
                box {
                  ...Rectangle
                }
                score
                pixels
              }
              seconds
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment Rectangle on Box {
              x
              y
              width
              height
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="Predict", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Predict.model_validate(data)

    async def predict_dataset(
        self, input: PredictDatasetInput, **kwargs: Any
    ) -> PredictDataset:
        query = gql("""
            mutation PredictDataset($input: PredictDatasetInput!) {
              predictDataset(input: $input) {
                prediction {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="PredictDataset", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return PredictDataset.model_validate(data)

    async def predicted_images(
        self, id: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> PredictedImages:
        query = gql("""
            query PredictedImages($id: ID!, $after: String) {
              node(id: $id) {
                __typename
                ... on DatasetPrediction {
                  id
                  images(first: 100, after: $after) {
                    nodes {
                      ...PredictedImage
                    }
                    pageInfo {
                      hasNextPage
                      endCursor
                    }
                  }
                }
              }
            }

            fragment PredictedImage on PredictedImage {
              anomalyScore
              isAnomalous
              explanation
              anomalyMapUrl
              anomalyMapScale
              overlayUrl
              regions {
                score
                pixels
              }
              image {
                filename
              }
            }
            """)
        variables: dict[str, object] = {"id": id, "after": after}
        response = await self.execute(
            query=query, operation_name="PredictedImages", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return PredictedImages.model_validate(data)

    async def evaluation_report(self, id: str, **kwargs: Any) -> EvaluationReport:
        query = gql("""
            query EvaluationReport($id: ID!) {
              node(id: $id) {
                __typename
                ... on Evaluation {
                  id
                  state
                  split
                  imagesWithoutMask
                  imagesTrainedOn
                  startedAt
                  finishedAt
                  snapshot {
                    digest
                    dataset {
                      name
                    }
                  }
                  metrics {
                    ...Metrics
                  }
                  byDefectType {
                    defectType
                    images
                    metrics {
                      ...Metrics
                    }
                  }
                  rocCurve {
                    x
                    y
                  }
                  precisionRecallCurve {
                    x
                    y
                  }
                  proCurve {
                    x
                    y
                  }
                  modelVersion {
                    ...ModelVersionInfo
                    trainingRun {
                      ...ReportedTraining
                    }
                  }
                }
              }
            }

            fragment Metrics on EvaluationMetrics {
              pixelAuroc
              pixelAp
              pro
              proFprLimit
              pixelF1Max
              pixelF1MaxThreshold
              imageAuroc
              imageAp
              imageF1Max
              imageF1MaxThreshold
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }

            fragment ReportedTraining on TrainingRun {
              id
              preset
              seed
              supervision
              startedAt
              finishedAt
              environment
              detector {
                name
                version
                params
              }
              featureExtractor {
                name
                version
              }
              settings {
                ...Settings
              }
              snapshot {
                counts {
                  train
                }
              }
              metricHistory(name: "loss") {
                stage
                step
                value
              }
            }

            fragment Settings on TrainingSettings {
              imageSize
              smoothingSigma
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query,
            operation_name="EvaluationReport",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return EvaluationReport.model_validate(data)

    async def version_evaluations(
        self, id: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> VersionEvaluations:
        query = gql("""
            query VersionEvaluations($id: ID!, $after: String) {
              node(id: $id) {
                __typename
                ... on ModelVersion {
                  id
                  evaluations(first: 100, after: $after) {
                    nodes {
                      ...ListedEvaluation
                    }
                    pageInfo {
                      hasNextPage
                      endCursor
                    }
                  }
                }
              }
            }

            fragment ListedEvaluation on Evaluation {
              id
              state
              split
              createdAt
              snapshot {
                id
                dataset {
                  name
                }
              }
              metrics {
                ...Metrics
              }
            }

            fragment Metrics on EvaluationMetrics {
              pixelAuroc
              pixelAp
              pro
              proFprLimit
              pixelF1Max
              pixelF1MaxThreshold
              imageAuroc
              imageAp
              imageF1Max
              imageF1MaxThreshold
            }
            """)
        variables: dict[str, object] = {"id": id, "after": after}
        response = await self.execute(
            query=query,
            operation_name="VersionEvaluations",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return VersionEvaluations.model_validate(data)

    async def server_info(self, **kwargs: Any) -> ServerInfo:
        query = gql("""
            query ServerInfo {
              server {
                version
                pluginApiVersion
                computeBackend
                database
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="ServerInfo", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ServerInfo.model_validate(data)

    async def workers(self, **kwargs: Any) -> Workers:
        query = gql("""
            query Workers {
              server {
                workers {
                  name
                  kinds
                  device
                  engine
                  startedAt
                  seenAt
                }
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="Workers", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Workers.model_validate(data)

    async def plugins(
        self, kind: Union[Optional[PluginKind], UnsetType] = UNSET, **kwargs: Any
    ) -> Plugins:
        query = gql("""
            query Plugins($kind: PluginKind) {
              plugins(kind: $kind) {
                name
                kind
                version
                title
                description
                reference
                paramsSchema
                available
                problem {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"kind": kind}
        response = await self.execute(
            query=query, operation_name="Plugins", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Plugins.model_validate(data)

    async def server_limits(self, **kwargs: Any) -> ServerLimits:
        query = gql("""
            query ServerLimits {
              server {
                limits
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="ServerLimits", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ServerLimits.model_validate(data)

    async def set_model_alias(
        self, input: SetModelAliasInput, **kwargs: Any
    ) -> SetModelAlias:
        query = gql("""
            mutation SetModelAlias($input: SetModelAliasInput!) {
              setModelAlias(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SetModelAlias", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SetModelAlias.model_validate(data)

    async def remove_model_alias(
        self, input: RemoveModelAliasInput, **kwargs: Any
    ) -> RemoveModelAlias:
        query = gql("""
            mutation RemoveModelAlias($input: RemoveModelAliasInput!) {
              removeModelAlias(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="RemoveModelAlias",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return RemoveModelAlias.model_validate(data)

    async def model_aliases(
        self, name: str, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> ModelAliases:
        query = gql("""
            query ModelAliases($name: String!, $after: String) {
              model(name: $name) {
                id
                aliases {
                  name
                  modelVersion {
                    version
                  }
                }
                aliasHistory(first: 100, after: $after) {
                  nodes {
                    alias
                    at
                    author
                    fromVersion
                    toVersion
                  }
                  pageInfo {
                    hasNextPage
                    endCursor
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"name": name, "after": after}
        response = await self.execute(
            query=query, operation_name="ModelAliases", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ModelAliases.model_validate(data)

    async def version_thresholds(
        self, model: str, version: str, **kwargs: Any
    ) -> VersionThresholds:
        query = gql("""
            query VersionThresholds($model: String!, $version: String!) {
              modelVersion(model: $model, version: $version) {
                ...Thresholds
              }
            }

            fragment Thresholds on ModelVersion {
              id
              version
              model {
                name
              }
              imageThreshold
              pixelThreshold
              thresholdPolicy {
                kind
                imageQuantile
                pixelQuantile
                split
                chosenOnTestSplit
                author
                chosenAt
                evaluation {
                  id
                }
              }
            }
            """)
        variables: dict[str, object] = {"model": model, "version": version}
        response = await self.execute(
            query=query,
            operation_name="VersionThresholds",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return VersionThresholds.model_validate(data)

    async def set_threshold_policy(
        self, input: SetThresholdPolicyInput, **kwargs: Any
    ) -> SetThresholdPolicy:
        query = gql("""
            mutation SetThresholdPolicy($input: SetThresholdPolicyInput!) {
              setThresholdPolicy(input: $input) {
                modelVersion {
                  ...Thresholds
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment Thresholds on ModelVersion {
              id
              version
              model {
                name
              }
              imageThreshold
              pixelThreshold
              thresholdPolicy {
                kind
                imageQuantile
                pixelQuantile
                split
                chosenOnTestSplit
                author
                chosenAt
                evaluation {
                  id
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="SetThresholdPolicy",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return SetThresholdPolicy.model_validate(data)

    async def start_sweep(self, input: StartSweepInput, **kwargs: Any) -> StartSweep:
        query = gql("""
            mutation StartSweep($input: StartSweepInput!) {
              startSweep(input: $input) {
                sweep {
                  id
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="StartSweep", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return StartSweep.model_validate(data)

    async def cancel_sweep(self, input: CancelSweepInput, **kwargs: Any) -> CancelSweep:
        query = gql("""
            mutation CancelSweep($input: CancelSweepInput!) {
              cancelSweep(input: $input) {
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CancelSweep", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CancelSweep.model_validate(data)

    async def sweep_progress(self, id: str, **kwargs: Any) -> SweepProgress:
        query = gql("""
            query SweepProgress($id: ID!) {
              node(id: $id) {
                __typename
                ... on Sweep {
                  id
                  state
                  candidates {
                    detector
                    supervision
                    trials {
                      seed
                      state
                      value
                      problem
                      trainingRun {
                        waitingFor
                      }
                    }
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="SweepProgress", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SweepProgress.model_validate(data)

    async def sweep_outcome(self, id: str, **kwargs: Any) -> SweepOutcome:
        query = gql("""
            query SweepOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on Sweep {
                  id
                  state
                  endReason
                  modelName
                  metric
                  seeds
                  snapshot {
                    id
                    counts {
                      validation
                    }
                  }
                  candidates {
                    ...TriedCandidate
                  }
                  winner {
                    ...TriedCandidate
                  }
                }
              }
            }

            fragment TriedCandidate on SweepCandidate {
              detector
              supervision
              params
              isBaseline
              mean
              difference {
                mean
                low
                high
              }
              trials {
                seed
                state
                value
                problem
                trainingRun {
                  id
                  startedAt
                  finishedAt
                  modelVersion {
                    version
                  }
                }
                evaluation {
                  id
                  events(last: 5) {
                    nodes {
                      __typename
                      ... on MetricsReported {
                        secondsPerStep
                      }
                    }
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="SweepOutcome", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SweepOutcome.model_validate(data)

    async def training_presets(
        self, detector: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> TrainingPresets:
        query = gql("""
            query TrainingPresets($detector: String) {
              trainingPresets(detector: $detector) {
                name
                detector
                description
                supervision
                settings {
                  ...Settings
                }
                params
                featureExtractor {
                  name
                }
              }
            }

            fragment Settings on TrainingSettings {
              imageSize
              smoothingSigma
            }
            """)
        variables: dict[str, object] = {"detector": detector}
        response = await self.execute(
            query=query, operation_name="TrainingPresets", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return TrainingPresets.model_validate(data)

    async def start_training(
        self, input: StartTrainingInput, **kwargs: Any
    ) -> StartTraining:
        query = gql("""
            mutation StartTraining($input: StartTrainingInput!) {
              startTraining(input: $input) {
                run {
                  ...StartedRun
                }
                userErrors {
                  ...Problem
                }
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }

            fragment StartedRun on TrainingRun {
              id
              preset
              seed
              supervision
              detector {
                name
                version
              }
              featureExtractor {
                name
                version
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="StartTraining", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return StartTraining.model_validate(data)

    async def training_outcome(self, id: str, **kwargs: Any) -> TrainingOutcome:
        query = gql("""
            query TrainingOutcome($id: ID!) {
              node(id: $id) {
                __typename
                ... on TrainingRun {
                  id
                  state
                  failure {
                    ...Problem
                  }
                  modelVersion {
                    ...ModelVersionInfo
                  }
                }
              }
            }

            fragment ModelVersionInfo on ModelVersion {
              id
              version
              imageThreshold
              pixelThreshold
              model {
                name
              }
              snapshot {
                id
              }
            }

            fragment Problem on UserError {
              code
              message
              field
              item
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="TrainingOutcome", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return TrainingOutcome.model_validate(data)
