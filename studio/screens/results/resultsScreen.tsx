import { ProjectVersionsDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useQuery } from '../../api/useQuery.js';
import { Answer, Empty } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';
import { VersionScreen } from './versionScreen.js';
import { versionsOf, type ListedVersion } from './versionsOf.js';

/** One version, or all that were trained on this data set. */
export function ResultsScreen({ item }: { item: string | undefined }) {
  return item ? <VersionScreen key={item} id={item} /> : <Versions />;
}

function Versions() {
  const { id, path, project } = useDataset();
  const { results: words } = useWords();
  const asked = useQuery(ProjectVersionsDocument, { projectId: project.id });
  return (
    <>
      <h1>{words.title}</h1>
      <Answer asked={asked} what={words.versions}>
        {({ models }) => {
          const versions = versionsOf(models.nodes, id);
          return versions.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.eachMakesOne}</p>
              <a class="button primary" href={path('train')}>
                {words.train}
              </a>
            </Empty>
          ) : (
            <VersionTable versions={versions} />
          );
        }}
      </Answer>
    </>
  );
}

function VersionTable({ versions }: { versions: readonly ListedVersion[] }) {
  const { path } = useDataset();
  const { results: words, names } = useWords();
  const { measured, moment } = useFormats();
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.version}</th>
            <th scope="col">{words.aliases}</th>
            <th scope="col">{words.trainedBy}</th>
            <th scope="col">{words.imageAuroc}</th>
            <th scope="col">{words.pixelAp}</th>
            <th scope="col">{words.pro}</th>
            <th scope="col">{words.made}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ id, model, version, aliases, trainingRun, supervision, evaluations, createdAt }) => {
            const metrics = evaluations.nodes[0]?.metrics;
            return (
              <tr key={id}>
                <th scope="row">
                  <a href={path(`results/${id}`)}>
                    {model}@{version}
                  </a>
                </th>
                <td>{aliases.join(', ') || '–'}</td>
                <td>
                  {trainingRun.detector.name}, {names.supervision[supervision]}
                </td>
                <td>{metrics ? measured(metrics.imageAuroc) : words.notMeasured}</td>
                <td>{measured(metrics?.pixelAp)}</td>
                <td>{measured(metrics?.pro)}</td>
                <td>{moment(createdAt)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
