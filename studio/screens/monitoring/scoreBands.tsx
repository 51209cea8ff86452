import { TableHead } from '../../parts/tableHead.js';
import { useFormats, useWords } from '../../words/language.js';
import type { Monitoring } from './monitoringScreen.js';

/** Where the scores of images called normal lie, beside where those of the version's own normal images lie: as many in each band. */
export function ScoreBands({ monitoring: { scoreEdges, total } }: { monitoring: Monitoring }) {
  const { monitoring: words } = useWords();
  const { measured, percent } = useFormats();
  const { scoreBins } = total;
  const all = scoreBins.reduce((sum, count) => sum + count, 0);
  if (scoreEdges.length === 0 || all === 0) return null;
  const nameOf = (band: number) => {
    if (band === 0) return words.below(measured(scoreEdges[0]));
    if (band === scoreEdges.length) return words.above(measured(scoreEdges.at(-1)));
    return words.between(measured(scoreEdges[band - 1]), measured(scoreEdges[band]));
  };
  return (
    <section aria-label={words.scores}>
      <h2>{words.scores}</h2>
      <p class="hint">{words.bands}</p>
      <table class="bands">
        <TableHead columns={[words.score, words.images, words.share]} />
        <tbody>
          {scoreBins.map((count, band) => (
            <tr key={band}>
              <th scope="row">{nameOf(band)}</th>
              <td>{measured(count)}</td>
              <td>
                <meter max={1} value={count / all} /> {percent(count / all)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
