import { describe, expect, it } from 'vitest';
import { choiceOf, settingsOf } from '../../../../../studio/screens/train/settings.js';

const preset = {
  name: 'cpu-small',
  detector: 'semirest',
  description: '',
  supervision: 'SEMI_SUPERVISED' as const,
  settings: { imageSize: 256, smoothingSigma: 4 },
  params: { steps: 120, bagging: true, residual: 'square', layers: [1, 2], pretraining: { steps: 9, focal: {} } },
  featureExtractor: null,
};

describe('settings of a preset', () => {
  it('are its plain values, one inside a group by both names', () => {
    const plain = { imageSize: 256, steps: 120, bagging: true, residual: 'square', 'pretraining.steps': 9 };
    expect(settingsOf(preset)).toEqual(plain);
  });

  it('are sent where they differ, a group whole', () => {
    expect(choiceOf(preset, {})).toEqual({ params: {} });
    expect(choiceOf(preset, { imageSize: 64, bagging: false, 'pretraining.steps': 2 })).toEqual({
      params: { bagging: false, pretraining: { steps: 2, focal: {} } },
      settings: { imageSize: 64 },
    });
  });
});
