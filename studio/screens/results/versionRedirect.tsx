import { useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { notFound, VersionPageDocument } from '../../../src/client/index.js';
import { useQuery } from '../../api/useQuery.js';
import { Failure, Loading } from '../../parts/states.js';

/** `/studio/versions/<id>`: the address that needs nothing but a version leads to its page in its data set. */
export function VersionRedirect({ version = '' }: { version?: string }) {
  const { route } = useLocation();
  const { data, error } = useQuery(VersionPageDocument, { id: version });
  useEffect(() => {
    if (data?.node && 'snapshot' in data.node) {
      route(`/studio/${data.node.snapshot.dataset.id}/results/${version}`, true);
    }
  }, [data]);
  const missing = data && !(data.node && 'snapshot' in data.node);
  if (error !== undefined || missing) return <Failure error={error ?? notFound('this version')} />;
  return <Loading what="Looking for the version" />;
}
