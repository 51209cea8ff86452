"""A Residua server, as Python speaks with it."""

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any, Union, cast
from urllib.parse import urljoin, urlsplit

import httpx
from websockets.exceptions import WebSocketException

from .errors import JobFailedError, UnreachableError, accepted
from .generated import (
    AddImagesAddImagesImages,
    AddImagesInput,
    CreateUploadInput,
    GeneratedClient,
    ImageLabel,
    JobState,
    NewImageInput,
    PredictInput,
    PredictPredictPrediction,
    Split,
)
from .generated.async_base_client import Response
from .generated.exceptions import GraphQLClientGraphQLMultiError, GraphQLClientHttpError
from .generated.fragments import Problem
from .generated.job_events import (
    JobEventsJobEventsCheckpointSaved,
    JobEventsJobEventsJobEvent,
    JobEventsJobEventsLogWritten,
    JobEventsJobEventsMetricsReported,
    JobEventsJobEventsStateChanged,
)

JobEvent = Union[
    JobEventsJobEventsCheckpointSaved,
    JobEventsJobEventsJobEvent,
    JobEventsJobEventsLogWritten,
    JobEventsJobEventsMetricsReported,
    JobEventsJobEventsStateChanged,
]

#: States after which nothing follows.
_LAST_STATES = (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED)

#: How often in a row a lost connection is made again, and the first seconds of waiting: they double each time.
_RECONNECTS, _FIRST_PAUSE = 6, 0.25

#: By hand: of an interface the generated classes have no fields.
_OUTCOME = "query Outcome($id: ID!) { node(id: $id) { ... on Job { state failure { code message field item } } } }"
_NEWEST = "query Newest($id: ID!) { node(id: $id) { ... on Job { state events(last: 1) { nodes { cursor } } } } }"

#: Images that one request adds.
_IMAGES_AT_ONCE = 100


class ResiduaClient(GeneratedClient):
    """Speaks with one server: queries and mutations by HTTP, subscriptions by graphql-ws, files to the places that the API gives.

    Use it as ``async with ResiduaClient("http://127.0.0.1:4000") as client``.

    :param url: of the server, without path.
    :param token: sent as bearer token, to this server alone.
    :param timeout: seconds for one answer; a prediction of a large image takes some.
    """

    def __init__(self, url: str = "http://127.0.0.1:4000", token: str | None = None, timeout: float = 60) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(headers=headers, timeout=timeout)
        super().__init__(
            url=urljoin(url, "/graphql"),
            headers=headers,
            http_client=cast(Any, self._http),
            ws_url=urljoin(url.replace("http", "ws", 1), "/graphql"),
            ws_connection_init_payload=headers or None,
        )
        self._server = url

    async def upload(self, path: Path, *, dataset_id: str | None = None, project_id: str | None = None) -> str:
        """Sends a file in the two steps of the API.

        :param dataset_id: the data set that alone may use it, or
        :param project_id: the project; whoever uses it first when both are left out.
        :returns: the upload's id.
        :raises RefusedError: naming what is wrong with it.
        """
        data = await asyncio.to_thread(path.read_bytes)
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        payload = await self.create_upload(
            CreateUploadInput(
                filename=path.name,
                content_type=content_type,
                sha_256=hashlib.sha256(data).hexdigest(),
                bytes_=len(data),
                dataset_id=dataset_id,
                project_id=project_id,
            )
        )
        upload = accepted(payload.create_upload).upload
        assert upload is not None
        address = urljoin(self._server, upload.url)
        # The token goes to the server it belongs to, never to another address an answer names.
        is_own = urlsplit(address)[:2] == urlsplit(self._server)[:2]
        headers = {"content-type": content_type, **upload.headers}
        if is_own:
            response = await self._http.request(upload.method, address, content=data, headers=headers)
        else:
            async with httpx.AsyncClient(timeout=60) as stranger:
                response = await stranger.request(upload.method, address, content=data, headers=headers)
        response.raise_for_status()
        return upload.id

    async def add_image_files(
        self, dataset_id: str, paths: Iterable[Path], *, label: ImageLabel, split: Split
    ) -> list[AddImagesAddImagesImages]:
        """Uploads images and adds them to a data set, a hundred a request.

        :raises RefusedError: naming each image that is wrong; those of the same hundred are not added then.
        """
        added: list[AddImagesAddImagesImages] = []
        files = list(paths)
        for start in range(0, len(files), _IMAGES_AT_ONCE):
            images = [
                NewImageInput(upload_id=await self.upload(path, dataset_id=dataset_id), label=label, split=split)
                for path in files[start : start + _IMAGES_AT_ONCE]
            ]
            payload = await self.add_images(AddImagesInput(dataset_id=dataset_id, images=images))
            added += accepted(payload.add_images).images
        return added

    async def predict_file(self, path: Path, model_version_id: str, **choice: str | bool) -> PredictPredictPrediction:
        """Asks a version about an image file.

        :param choice: more of ``PredictInput``, e.g. ``station="line 3"``, ``part_id="A-17"`` or ``keep_pictures=False``.
        """
        asked = PredictInput.model_validate(
            {"model_version_id": model_version_id, "upload_id": await self.upload(path), **choice}
        )
        prediction = accepted((await self.predict(asked)).predict).prediction
        assert prediction is not None
        return prediction

    async def follow_job(self, job_id: str, after: str | None = None) -> AsyncIterator[JobEvent]:
        """Every event of a job from the first, or from behind a cursor, to its last, live.

        A lost connection is taken up again behind the last event seen, so that none is missed and none comes twice.

        :raises UnreachableError: when the server stays away.
        """
        failures = 0
        while True:
            try:
                async with aclosing(self.job_events(job_id, after)) as events:  # type: ignore[type-var]
                    async for answer in events:
                        failures = 0
                        event = answer.job_events
                        after = event.cursor
                        yield event
                        if isinstance(event, JobEventsJobEventsStateChanged) and event.state in _LAST_STATES:
                            return
                # A server that stops ends its streams as if all were told.
                if await self._has_told_all(job_id, after):
                    return
                await asyncio.sleep(_FIRST_PAUSE)
            except (OSError, TimeoutError, WebSocketException, httpx.TransportError) as error:
                failures += 1
                if failures > _RECONNECTS:
                    raise UnreachableError(f"no Residua server answers at {self._server} ({error})") from error
                await asyncio.sleep(_FIRST_PAUSE * 2 ** (failures - 1))

    async def wait_for_job(self, job_id: str, on_event: Callable[[JobEvent], None] = lambda event: None) -> None:
        """Follows a job to its end, and hands each event on.

        :raises JobFailedError: with the job's problems when it failed or was cancelled.
        """
        async for event in self.follow_job(job_id):
            on_event(event)
        state, failure = await self._outcome(job_id)
        if state != JobState.COMPLETED:
            raise JobFailedError(job_id, state.value, [failure] if failure else [])

    def get_data(self, response: Response) -> dict[str, Any]:
        """What was asked for.

        :raises GraphQLClientGraphQLMultiError: with the server's reasons, whatever the HTTP status.
        """
        try:
            return super().get_data(response)
        except GraphQLClientHttpError as error:
            try:
                reasons = response.json()["errors"]
            except (ValueError, KeyError, TypeError):
                raise error from None
            raise GraphQLClientGraphQLMultiError.from_errors_dicts(errors_dicts=reasons, data=None) from None

    async def _outcome(self, job_id: str) -> tuple[JobState, Problem | None]:
        """Of a job of any kind. :raises KeyError: when there is none."""
        node = await self._job(_OUTCOME, "Outcome", job_id)
        failure = node["failure"]
        return JobState(node["state"]), Problem.model_validate(failure) if failure else None

    async def _has_told_all(self, job_id: str, after: str | None) -> bool:
        """Whether the job has ended, and the event behind this cursor is its last, or nothing is kept of any."""
        node = await self._job(_NEWEST, "Newest", job_id)
        newest = [event["cursor"] for event in node["events"]["nodes"]]
        return JobState(node["state"]) in _LAST_STATES and newest in ([], [after])

    async def _job(self, query: str, name: str, job_id: str) -> dict[str, Any]:
        """:raises KeyError: when there is none."""
        response = await self.execute(query=query, operation_name=name, variables={"id": job_id})
        node: dict[str, Any] | None = self.get_data(response)["node"]
        if not node:
            raise KeyError(f"there is no job {job_id}")
        return node

