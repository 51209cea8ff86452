import { ShadowPredictionsDocument, type ShadowPredictionsQuery } from '../../../src/client/index.js';
import { here } from '../../api/session.js';
import { useQuery } from '../../api/useQuery.js';
import { Failure } from '../../parts/states.js';
import { TableHead } from '../../parts/tableHead.js';
import { useFormats, useWords } from '../../words/language.js';

type Disagreement = ShadowPredictionsQuery['shadowPredictions']['nodes'][number];

/** Where a version that answers behind the one that is asked says otherwise; nothing of a version that never did. */
export function Challenger({ versionId }: { versionId: string }) {
  const { monitoring: words } = useWords();
  const { data, error, reload } = useQuery(ShadowPredictionsDocument, { id: versionId });
  if (error !== undefined) return <Failure error={error} again={() => void reload()} />;
  if (!data?.node || !('shadow' in data.node)) return null;
  const { bothNormal, bothAnomalous, onlyServed, onlyShadow, dropped, failed } = data.node.shadow;
  if (bothNormal + bothAnomalous + onlyServed + onlyShadow + dropped + failed === 0) return null;
  const { nodes, totalCount } = data.shadowPredictions;
  return (
    <section aria-label={words.challenger}>
      <h2>{words.challenger}</h2>
      <p>{words.agreed(bothNormal + bothAnomalous, onlyShadow, onlyServed)}</p>
      {dropped + failed > 0 && <p class="hint">{words.notAsked(dropped, failed)}</p>}
      {nodes.length > 0 && (
        <table>
          <TableHead columns={[words.part, words.asked, words.challenger]} />
          <tbody>
            {nodes.map((node) => (
              <Row key={node.prediction.id} {...node} />
            ))}
          </tbody>
        </table>
      )}
      {totalCount > nodes.length && <p class="hint">{words.firstOf(nodes.length, totalCount)}</p>}
    </section>
  );
}

function Row({ at, anomalyScore, imageThreshold, isAnomalous, prediction }: Disagreement) {
  const { monitoring: words } = useWords();
  const { measured, moment } = useFormats();
  const about = [prediction.station, prediction.partId].filter(Boolean).join(' · ') || moment(at);
  const said = (score: number, threshold: number | null, isBad: boolean) =>
    `${isBad ? words.anomalous : words.normal} (${measured(score)} / ${measured(threshold)})`;
  return (
    <tr>
      <th scope="row">
        {prediction.imageUrl && <img class="thumbnail" src={here(prediction.imageUrl)} alt={about} loading="lazy" />}{' '}
        {about}
      </th>
      <td>
        {`${prediction.model}@${prediction.version}: `}
        {said(prediction.anomalyScore, prediction.imageThreshold, prediction.isAnomalous)}
      </td>
      <td>{said(anomalyScore, imageThreshold, isAnomalous)}</td>
    </tr>
  );
}
