import { hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import type { GoldenCase } from '../../../golden/golden.js';
import { originalWeights } from '../../../golden/originals.js';

/** FrEIA's names of a block's tensors, and ours. */
const names: Readonly<Record<string, string>> = {
  'subnet.0.weight': 'hidden.weight',
  'subnet.0.bias': 'hidden.bias',
  'subnet.2.weight': 'output.weight',
  'subnet.2.bias': 'output.bias',
  global_scale: 'scale',
  global_offset: 'offset',
  w_perm: 'rotation',
};

/** The weights of the vectors as those of a flow named `flow`: what is trained, what is not, and their names there. */
export function flowWeights(golden: GoldenCase) {
  const { parameters: all, originals } = originalWeights(golden, (name) => {
    const [, block, part] = /^module_list\.(\d+)\.(.+)$/.exec(name)!;
    return names[part!] && `flow.${block}.${names[part!]}`;
  });
  const parameters: Record<string, HostTensor> = {};
  const fixed: Record<string, HostTensor> = {};
  for (const [name, { data, shape }] of Object.entries(all)) {
    // What all places share is a row there.
    const ours = hostTensor(data, /scale|offset/.test(name) ? [data.length] : shape);
    (name.endsWith('rotation') ? fixed : parameters)[name] = ours;
  }
  return { parameters, fixed, originals };
}
