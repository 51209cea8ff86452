import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { nodeOf, WallImagesDocument, type ImageFilter, type WallImageFragment } from '../../../src/client/index.js';
import { useDataset } from '../../api/dataset.js';
import { client } from '../../api/session.js';
import { usePages } from '../../api/usePages.js';
import { count } from '../../parts/numbers.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { AddForm } from './addForm.js';
import { FilterBar, filterOf } from './filterBar.js';
import { ImageWall } from './imageWall.js';
import { SelectionBar } from './selectionBar.js';

const pageSize = 100;

/** Every image, some of them chosen by a filter that the address holds, and the way for new ones. */
export function ImagesScreen() {
  const { id } = useDataset();
  const { query } = useLocation();
  const filter = filterOf(query);
  const images = usePages<WallImageFragment>(JSON.stringify([id, filter]), (after) => wallPage(id, filter, after));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const changed = () => {
    setChosen(new Set());
    void images.reload();
  };
  return (
    <>
      <h1>Images</h1>
      <AddForm onAdded={changed} />
      <h2>What is there</h2>
      <FilterBar />
      <SelectionBar images={images.items} chosen={chosen} onChoose={setChosen} onChanged={changed} />
      {images.total !== undefined && <p class="total">{count(images.total, 'image')}</p>}
      <ImageWall images={images.items} chosen={chosen} onChoose={setChosen} />
      {images.total === 0 && <NoImages isFiltered={Object.keys(filter).length > 0} />}
      <Failure error={images.error} again={() => void images.more()} />
      {images.isLoading && <Loading what="Images" />}
      {!images.isLoading && images.hasMore && images.error === undefined && (
        <button type="button" onClick={() => void images.more()}>
          Show more
        </button>
      )}
    </>
  );
}

async function wallPage(id: string, filter: ImageFilter, after: string | undefined) {
  const { node } = await client.request(WallImagesDocument, { id, filter, first: pageSize, after });
  return nodeOf(node, 'this data set').images;
}

function NoImages({ isFiltered }: { isFiltered: boolean }) {
  const { path } = useDataset();
  return isFiltered ? (
    <Empty title="No image fits">
      <a href={path('images')}>Show all images</a>
    </Empty>
  ) : (
    <Empty title="No images yet">
      <p>Drop good parts first: a model learns what is normal from them. A few dozen are a beginning.</p>
      <p>
        On the command line: <code>residua import</code>
      </p>
    </Empty>
  );
}
