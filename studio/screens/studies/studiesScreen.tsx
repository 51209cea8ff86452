import { useLocation } from 'preact-iso';
import { useRef } from 'preact/hooks';
import { accepted, CreateStudyDocument, DatasetStudiesDocument, present } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { useAction } from '../../api/useAction.js';
import { useQuery } from '../../api/useQuery.js';
import { Allowed, Answer, Empty, Failure } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { StudyPage } from './studyPage.js';

/** One study, or all of this data set. */
export function StudiesScreen({ item }: { item: string | undefined }) {
  return item ? <StudyPage key={item} id={item} /> : <Studies />;
}

function Studies() {
  const { id, path } = useDataset();
  const { studies: words, names } = useWords();
  const { moment } = useFormats();
  const asked = useQuery(DatasetStudiesDocument, { datasetId: id });
  return (
    <>
      <h1>{words.title}</h1>
      <p>{words.whatFor}</p>
      <Answer asked={asked} what={words.theStudies}>
        {({ studies }) =>
          studies.nodes.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <ul class="plain">
              {studies.nodes.map(({ id: each, name, kinds, progress, createdAt }) => (
                <li key={each}>
                  <a href={path(`studies/${each}`)}>{name}</a> · {kinds.map((kind) => names.marks[kind]).join(', ')} ·{' '}
                  {words.progress(progress.done, progress.total)} · {moment(createdAt)}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <NewStudy />
    </>
  );
}

function NewStudy() {
  const { id, path } = useDataset();
  const { studies: words, rights } = useWords();
  const { route } = useLocation();
  const form = useRef<HTMLFormElement>(null);
  const make = useAction(async () => {
    const given = new FormData(form.current!);
    const input = { datasetId: id, name: given.get('name') as string, images: Number(given.get('images')) };
    const { study } = accepted((await client.request(CreateStudyDocument, { input })).createStudy);
    route(path(`studies/${present(study, 'study').id}`));
  });
  return (
    <Allowed right="CURATE" to={rights.makeStudies}>
      <form
        ref={form}
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void make.run();
        }}
      >
        <label class="field">
          <span>{words.name}</span>
          <input name="name" required maxLength={100} />
        </label>
        <label class="field">
          <span>{words.images}</span>
          <input name="images" type="number" min={4} max={200} step={1} defaultValue="10" required />
        </label>
        <button type="submit" class="primary" disabled={make.isRunning}>
          {words.make}
        </button>
      </form>
      <Failure error={make.error} />
    </Allowed>
  );
}
