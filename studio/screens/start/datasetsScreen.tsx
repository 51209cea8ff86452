import { useLocation } from 'preact-iso';
import { accepted, CreateDatasetDocument, DatasetsDocument, present } from '../../../src/client/index.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useQuery } from '../../api/useQuery.js';
import { count } from '../../parts/numbers.js';
import { Answer, Empty, Failure } from '../../parts/states.js';

/** Which data set? Or a first one. */
export function DatasetsScreen() {
  const asked = useQuery(DatasetsDocument, {});
  return (
    <>
      <h1>Data sets</h1>
      <Answer asked={asked} what="Data sets">
        {({ datasets: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty title="Nothing here yet">
              <p>A data set holds the images of one surface: good parts to learn from, and the defects you have.</p>
            </Empty>
          ) : (
            <ul class="cards">
              {nodes.map(({ id, name, counts }) => (
                <li key={id}>
                  <a class="card" href={`/studio/${id}`}>
                    <strong>{name}</strong>
                    <span>
                      {count(counts.images, 'image')}: {counts.normal} normal, {counts.anomalous} defective,{' '}
                      {counts.unlabelled} not known
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <NewDataset />
    </>
  );
}

function NewDataset() {
  const { route } = useLocation();
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
        <span>Name of a new data set</span>
        <input name="name" required maxLength={100} placeholder="brushed steel" />
      </label>
      <button class="primary" disabled={create.isRunning}>
        Make it
      </button>
      <Failure error={create.error} />
    </form>
  );
}
