import { augmentationRules } from '../../src/plugin-contract/index.js';
import { holdTo } from './holdTo.js';

holdTo('augmentation', augmentationRules);
