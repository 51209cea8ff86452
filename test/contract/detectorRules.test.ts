import { afterAll } from 'vitest';
import { detectorRules } from '../../src/plugin-contract/index.js';
import { holdTo } from './holdTo.js';
import { compute, registry } from './plugins.js';
import { tinyDetectors } from './tinyDetectors.js';

afterAll(() => compute.dispose());

/** With the parameters of its row. A file of its own, so that both halves of what detectors are held to run at once. */
const tinyParams = Object.fromEntries(Object.entries(tinyDetectors).map(([id, { params }]) => [id, params]));
holdTo('detector', detectorRules(registry), tinyParams);
