import { useLocation } from 'preact-iso';
import {
  accepted,
  CreateDatasetDocument,
  DatasetCardsDocument,
  present,
  type DatasetCardsQuery,
} from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { usePages } from '../../api/usePages.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';

type DatasetCard = DatasetCardsQuery['datasets']['nodes'][number];

/** Which data set? Or a first one. */
export function DatasetsScreen() {
  const { datasets: words, states } = useWords();
  const { items, total, isLoading, hasMore, error, more } = usePages<DatasetCard>('datasets', async (after) => {
    return (await client.request(DatasetCardsDocument, { after })).datasets;
  });
  return (
    <>
      <h1>{words.title}</h1>
      {total === 0 && (
        <Empty title={words.none}>
          <p>{words.whatFor}</p>
        </Empty>
      )}
      <ul class="cards">
        {items.map(({ id, name, counts }) => (
          <li key={id}>
            <a class="card" href={`/studio/${id}`}>
              <strong>{name}</strong>
              <span>{words.counts(counts.images, counts.normal, counts.anomalous, counts.unlabelled)}</span>
            </a>
          </li>
        ))}
      </ul>
      <Failure error={error} again={() => void more()} />
      {isLoading && <Loading what={words.title} />}
      {!isLoading && hasMore && error === undefined && (
        <button type="button" onClick={() => void more()}>
          {states.showMore}
        </button>
      )}
      <NewDataset />
    </>
  );
}

function NewDataset() {
  const { route } = useLocation();
  const { datasets: words } = useWords();
  const create = useAction(async (name: string) => {
    const payload = accepted((await client.request(CreateDatasetDocument, { input: { name } })).createDataset);
    route(`/studio/${present(payload.dataset, 'data set').id}/images`);
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget as HTMLFormElement).get('name');
    void create.run(typeof name === 'string' ? name : '');
  };
  return (
    <form class="row" onSubmit={submit}>
      <label class="field">
        <span>{words.newName}</span>
        <input name="name" required maxLength={100} placeholder={words.example} />
      </label>
      <button class="primary" disabled={create.isRunning}>
        {words.make}
      </button>
      <Failure error={create.error} />
    </form>
  );
}
