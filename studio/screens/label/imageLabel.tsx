import { useEffect, useState } from 'preact/hooks';
import { LabelledImageDocument } from '../../../src/client/index.js';
import type { BlockGrid } from '../../canvas/blocks.js';
import type { DrawnBox } from '../../canvas/boxes.js';
import { found } from '../../api/found.js';
import type { Mask } from '../../canvas/mask.js';
import { client } from '../../api/session.js';
import { Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';
import { BlockEditor } from './blockEditor.js';
import { BoxEditor } from './boxEditor.js';
import { draftOf, type Draft } from './drafts.js';
import type { DrawnKind } from '../../canvas/drawnKinds.js';
import type { DrawnImage } from './kinds.js';
import { KeysProvider } from './keys/keyChoice.js';
import { askedFor } from './labelSession.js';
import { pictureOf, type Picture } from './pictures.js';
import { PixelEditor } from './pixelEditor.js';
import type { EditorProps } from './workspace.js';

type Content = BlockGrid | readonly DrawnBox[] | Mask;

interface Ready {
  image: DrawnImage;
  picture: Picture;
  draft: Draft<Content> | undefined;
}

/** One image with the editor of one kind, once picture, labels and draft are there. */
export function ImageLabel({
  id,
  kind,
  ...rest
}: { id: string; kind: DrawnKind } & Omit<EditorProps, 'image' | 'bitmap' | 'isPreview'>) {
  const { label: words } = useWords();
  const [state, setState] = useState<{ ready?: Ready; error?: unknown }>({});
  const load = () => {
    setState({});
    askedFor(id);
    ready(id, kind).then(
      (all) => setState({ ready: all }),
      (error: unknown) => setState({ error }),
    );
  };
  useEffect(load, []);
  if (state.error !== undefined) return <Failure error={state.error} again={load} />;
  if (!state.ready) return <Loading what={words.theImage} />;
  const { image, picture, draft } = state.ready;
  const props = { ...rest, image, ...picture };
  return (
    <KeysProvider>
      {kind === 'BOX' && <BoxEditor {...props} draft={draft as Draft<readonly DrawnBox[]> | undefined} />}
      {kind === 'BLOCK' && <BlockEditor {...props} draft={draft as Draft<BlockGrid> | undefined} />}
      {kind === 'PIXEL' && <PixelEditor {...props} draft={draft as Draft<Mask> | undefined} />}
    </KeysProvider>
  );
}

async function ready(id: string, kind: DrawnKind): Promise<Ready> {
  // A browser that keeps no drafts must not keep anybody from drawing.
  const drafted = draftOf<Content>(id, kind).catch(() => undefined);
  const asked = client.request(LabelledImageDocument, { id, withMask: kind === 'PIXEL' });
  const image = found((await asked).node, 'image');
  return { image, picture: await pictureOf(image), draft: await drafted };
}
