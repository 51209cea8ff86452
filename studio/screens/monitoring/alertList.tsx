import { MonitoringAlertsDocument, type ShownAlertFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { usePages } from '../../api/usePages.js';
import { Failure, Loading } from '../../parts/states.js';
import { useFormats, useWords } from '../../words/language.js';

/** What should be looked at, newest first; what is over stays below. */
export function AlertList() {
  const { project } = useDataset();
  const { monitoring: words } = useWords();
  const alerts = usePages<ShownAlertFragment>(project.id, async (after) => {
    return (await client.request(MonitoringAlertsDocument, { projectId: project.id, after })).monitoringAlerts;
  });
  const open = alerts.items.filter(({ closedAt }) => closedAt === null);
  const closed = alerts.items.filter(({ closedAt }) => closedAt !== null);
  return (
    <section aria-label={words.alerts}>
      <h2>{words.alerts}</h2>
      <Failure error={alerts.error} again={() => void alerts.reload()} />
      {alerts.isLoading && alerts.items.length === 0 && <Loading what={words.alerts} />}
      {!alerts.isLoading && open.length === 0 && <p>{words.allInOrder}</p>}
      <ul class="alerts">
        {open.map((alert) => (
          <Alert key={alert.id} alert={alert} />
        ))}
      </ul>
      {closed.length > 0 && (
        <details>
          <summary>{words.over(closed.length)}</summary>
          <ul class="alerts">
            {closed.map((alert) => (
              <Alert key={alert.id} alert={alert} />
            ))}
          </ul>
        </details>
      )}
      {alerts.hasMore && !alerts.isLoading && (
        <button type="button" onClick={() => void alerts.more()}>
          {words.more}
        </button>
      )}
    </section>
  );
}

function Alert({ alert }: { alert: ShownAlertFragment }) {
  const { path } = useDataset();
  const { monitoring: words } = useWords();
  const { moment, measured, percent } = useFormats();
  const { kind, model, modelVersion, station, value, lowest, highest, openedAt, closedAt, predictions } = alert;
  const written = (number: number | null) =>
    number !== null && kind === 'ANOMALY_RATE' ? percent(number) : measured(number);
  return (
    <li class={closedAt === null ? 'failure' : 'card-like'}>
      <strong>{words.kinds[kind]}</strong>{' '}
      <a href={path(`results/${modelVersion.id}`)}>{`${model.name}@${modelVersion.version}`}</a>
      {station !== null && ` · ${station}`} · {words.values[kind](written(value), written(lowest), written(highest))}
      {predictions > 0 && ` · ${words.judged(predictions)}`}
      <p class="hint">
        {closedAt === null ? words.since(moment(openedAt)) : words.lasted(moment(openedAt), moment(closedAt))}
      </p>
    </li>
  );
}
