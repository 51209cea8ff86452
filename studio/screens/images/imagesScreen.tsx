import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { WallImagesDocument, type ImageFilter, type WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { found } from '../../api/found.js';
import { client } from '../../api/session.js';
import { usePages } from '../../api/usePages.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { ImportPanel, maskFloors } from '../import/importPanel.js';
import { AddForm } from './addForm.js';
import { FilterBar, filterOf } from './filterBar.js';
import { ImageWall } from './imageWall.js';
import { SelectionBar } from './selectionBar.js';

const pageSize = 100;

/** Every image, some of them chosen by a filter that the address holds, and the way for new ones. */
export function ImagesScreen() {
  const { id } = useDataset();
  const { query } = useLocation();
  const { images: words, count, states } = useWords();
  const filter = filterOf(query);
  const images = usePages<WallImageFragment>(JSON.stringify([id, filter]), (after) => wallPage(id, filter, after));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const changed = () => {
    setChosen(new Set());
    void images.reload();
  };
  return (
    <>
      <h1>{words.title}</h1>
      {query['import'] ? (
        <ImportPanel
          key={query['import']}
          importId={query['import']}
          uploadId={query['upload']}
          existing={query['existing'] === 'UPDATE' ? 'UPDATE' : 'SKIP'}
          masks={maskFloors.find((floor) => floor === query['masks']) ?? ''}
          onImported={changed}
        />
      ) : (
        <AddForm onAdded={changed} />
      )}
      <h2>{words.there}</h2>
      <FilterBar />
      <SelectionBar images={images.items} chosen={chosen} onChoose={setChosen} onChanged={changed} />
      {images.total !== undefined && <p class="total">{count.images(images.total)}</p>}
      <ImageWall images={images.items} chosen={chosen} onChoose={setChosen} />
      {images.total === 0 && <NoImages isFiltered={Object.keys(filter).length > 0} />}
      <Failure error={images.error} again={() => void images.more()} />
      {images.isLoading && <Loading what={words.title} />}
      {!images.isLoading && images.hasMore && images.error === undefined && (
        <button type="button" onClick={() => void images.more()}>
          {states.showMore}
        </button>
      )}
    </>
  );
}

async function wallPage(id: string, filter: ImageFilter, after: string | undefined) {
  const { node } = await client.request(WallImagesDocument, { id, filter, first: pageSize, after });
  return found(node, 'dataset').images;
}

function NoImages({ isFiltered }: { isFiltered: boolean }) {
  const { path } = useDataset();
  const { images: words, commandLine } = useWords();
  return isFiltered ? (
    <Empty title={words.noneFits}>
      <a href={path('images')}>{words.showAll}</a>
    </Empty>
  ) : (
    <Empty title={words.none}>
      <p>{words.dropGood}</p>
      <p>
        {commandLine} <code>residua import</code>
      </p>
    </Empty>
  );
}
