import { ProjectVersionsDocument } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { useQuery } from '../../api/useQuery.js';
import { inWords, measured, moment } from '../../parts/numbers.js';
import { Answer, Empty } from '../../parts/states.js';
import { VersionScreen } from './versionScreen.js';
import { versionsOf, type ListedVersion } from './versionsOf.js';

/** One version, or all that were trained on this data set. */
export function ResultsScreen({ item }: { item: string | undefined }) {
  return item ? <VersionScreen key={item} id={item} /> : <Versions />;
}

function Versions() {
  const { id, path, project } = useDataset();
  const asked = useQuery(ProjectVersionsDocument, { projectId: project.id });
  return (
    <>
      <h1>Results</h1>
      <Answer asked={asked} what="Versions">
        {({ models }) => {
          const versions = versionsOf(models.nodes, id);
          return versions.length === 0 ? (
            <Empty title="No version yet">
              <p>Every training that ends well makes one.</p>
              <a class="button primary" href={path('train')}>
                Train
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
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Aliases</th>
            <th scope="col">Trained by</th>
            <th scope="col">Image AUROC</th>
            <th scope="col">Pixel AP</th>
            <th scope="col">PRO</th>
            <th scope="col">Made</th>
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
                  {trainingRun.detector.name}, {inWords(supervision)}
                </td>
                <td>{metrics ? measured(metrics.imageAuroc) : 'not measured'}</td>
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
