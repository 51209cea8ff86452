"""Against a real server; the repository's own tests start it and say where it is."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from residua_client import (
    CreateDatasetInput,
    CreateSnapshotInput,
    GraphQLClientGraphQLMultiError,
    ImageLabel,
    JobEvent,
    JobFailedError,
    RefusedError,
    ResiduaClient,
    Split,
    StartTrainingInput,
    UnreachableError,
    accepted,
)

URL = os.environ["RESIDUA_URL"]
TOKEN = os.environ["RESIDUA_TOKEN"]
IMAGES = Path(os.environ["RESIDUA_IMAGES"])
TRAINING = json.loads(os.environ["RESIDUA_TRAINING"])
#: Made once a training reports; the server is then killed and started again.
REPORTS = Path(os.environ["RESIDUA_REPORTS"])


@pytest_asyncio.fixture
async def client() -> AsyncIterator[ResiduaClient]:
    async with ResiduaClient(URL, TOKEN) as client:
        yield client


async def data_set(client: ResiduaClient, name: str) -> str:
    made = accepted((await client.create_dataset(CreateDatasetInput(name=name))).create_dataset).dataset
    assert made is not None
    return made.id


async def test_trains_through_a_restart_and_predicts(client: ResiduaClient) -> None:
    dataset_id = await data_set(client, "plates")
    good = sorted((IMAGES / "good").iterdir())
    added = await client.add_image_files(dataset_id, good, label=ImageLabel.NORMAL, split=Split.TRAIN)
    assert [image.filename for image in added] == [path.name for path in good]
    snapshot = accepted((await client.create_snapshot(CreateSnapshotInput(dataset_id=dataset_id))).create_snapshot).snapshot
    assert snapshot is not None
    asked = StartTrainingInput.model_validate({"snapshotId": snapshot.id, "modelName": "plates", **TRAINING})
    run = accepted((await client.start_training(asked)).start_training).run
    assert run is not None
    events: list[JobEvent] = []

    def told(event: JobEvent) -> None:
        events.append(event)
        if event.typename__ == "MetricsReported":
            REPORTS.touch()

    await client.wait_for_job(run.id, told)
    assert [event.seq for event in events] == list(range(events[0].seq, events[0].seq + len(events)))
    assert events[-1].typename__ == "StateChanged"
    await takes_up_a_stream_that_ends_early(client, run.id, [event.seq for event in events])
    version = (await client.model_version(model="plates", version="1")).model_version
    assert version is not None
    prediction = await client.predict_file(next((IMAGES / "bad").iterdir()), version.id, station="python", part_id="A-1")
    assert prediction.anomaly_score > 0
    assert prediction.regions


async def takes_up_a_stream_that_ends_early(client: ResiduaClient, job_id: str, seqs: list[int]) -> None:
    """As a server that stops leaves it, while the job ends: its last events are still to come."""
    whole, cut = client.job_events, [True]

    async def job_events(job_id: str, after: str | None = None) -> AsyncIterator[Any]:
        async for answer in whole(job_id, after):
            yield answer
            if cut and answer.job_events.seq == seqs[1]:
                cut.clear()
                return

    client.job_events = job_events  # type: ignore[method-assign, assignment]
    assert [event.seq async for event in client.follow_job(job_id)] == seqs
    client.job_events = whole  # type: ignore[method-assign]
    last = [event async for event in client.follow_job(job_id)][-1]
    assert [event async for event in client.follow_job(job_id, last.cursor)] == []


async def test_names_what_is_refused(client: ResiduaClient, tmp_path: Path) -> None:
    dataset_id = await data_set(client, "broken")
    broken = tmp_path / "notes.png"
    broken.write_text("no picture")
    with pytest.raises(RefusedError) as refused:
        await client.add_image_files(dataset_id, [broken], label=ImageLabel.NORMAL, split=Split.TRAIN)
    assert refused.value.code == "IMAGE_FORMAT_UNSUPPORTED"
    assert "notes.png" in str(refused.value)
    with pytest.raises(RefusedError, match="broken"):
        await data_set(client, "broken")


async def test_tells_why_a_job_failed(client: ResiduaClient) -> None:
    dataset_id = await data_set(client, "lonely")
    [path, *_] = sorted((IMAGES / "good").iterdir())
    await client.add_image_files(dataset_id, [path], label=ImageLabel.NORMAL, split=Split.TRAIN)
    snapshot = accepted((await client.create_snapshot(CreateSnapshotInput(dataset_id=dataset_id))).create_snapshot).snapshot
    assert snapshot is not None
    lonely = {**TRAINING, "detector": {"name": "padim"}, "snapshotId": snapshot.id, "modelName": "lonely"}
    started = await client.start_training(StartTrainingInput.model_validate(lonely))
    try:
        run = accepted(started.start_training).run
    except RefusedError as refused:
        assert refused.code == "TRAINING_DATA_INSUFFICIENT"
        return
    assert run is not None
    with pytest.raises(JobFailedError, match="ended as FAILED\nTRAINING_DATA_INSUFFICIENT"):
        await client.wait_for_job(run.id)


async def test_is_not_let_in_without_its_token() -> None:
    async with ResiduaClient(URL, "wrong") as stranger:
        with pytest.raises(GraphQLClientGraphQLMultiError):
            await stranger.server_info()


async def test_says_when_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("residua_client.client._FIRST_PAUSE", 0.001)
    async with ResiduaClient("http://127.0.0.1:9") as nobody:
        with pytest.raises(UnreachableError, match="127.0.0.1:9"):
            await nobody.wait_for_job("x")
