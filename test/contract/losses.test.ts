import { lossRules } from '../../src/plugin-contract/index.js';
import { holdTo } from './holdTo.js';

holdTo('loss', lossRules);
