import { useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { VersionPageDocument } from '../../../src/client/index.js';
import { useNode } from '../../api/useNode.js';
import { Failure, Loading } from '../../parts/states.js';
import { useWords } from '../../words/language.js';

/** `/studio/versions/<id>`: the address that needs nothing but a version leads to its page in its data set. */
export function VersionRedirect({ version = '' }: { version?: string }) {
  const { route } = useLocation();
  const { version: words } = useWords();
  const { data, error, reload } = useNode(VersionPageDocument, { id: version }, 'version');
  useEffect(() => {
    if (data) route(`/studio/${data.snapshot.dataset.id}/results/${version}`, true);
  }, [data]);
  if (error !== undefined) return <Failure error={error} again={() => void reload()} />;
  return <Loading what={words.looking} />;
}
