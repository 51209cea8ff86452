import { hostTensor, tf } from 'residua/plugin-api';
import type { WindowGrid } from '../windows/windowStarts.js';
import { BoxLines } from './boxLines.js';
import type { LabelledTermOptions } from './labelledTerm.js';
import type { LossTerm } from './lossTerm.js';
import { matchingDistance, tokenScores } from './tokenScores.js';

/** What the loss of lines of boxes is made of. */
export interface BoxLinesTermOptions extends LabelledTermOptions {
  /** Of the lines beside the tokens outside the boxes. */
  weight: number;
  /** Of both. */
  share: number;
  grid: WindowGrid;
}

/**
 * The loss on windows of images with boxes (labels NORMAL and UNKNOWN) by the tightness of boxes: a box that fits its defect has a defective token in each of
 * its rows and columns. The most anomalous token of each such line is labelled ANOMALOUS, tokens outside the boxes NORMAL, and the
 * others take no part. Lempitsky et al. 2009, "Image segmentation with a bounding box prior"; as multiple instance learning: Hsu et
 * al. 2019, "Weakly supervised instance segmentation using the bounding box tightness prior", section 3.2.
 */
export function boxLinesTerm({ tokens, batch, scoring, loss, weight, share, grid }: BoxLinesTermOptions): LossTerm {
  const lines = new BoxLines(batch.windows, grid);
  return {
    parts: ['outsideBoxes', 'boxLines'],
    inputs: [
      ...batch.inputs,
      { shape: lines.membersShape },
      { shape: [lines.labels.length] },
      ...tokens.random.map(({ spec }) => spec),
    ],
    draw: (_step, random) => {
      const drawn = batch.draw(random);
      lines.find(batch.chosen, random);
      return [
        ...drawn,
        hostTensor(lines.members, lines.membersShape),
        hostTensor(lines.labels, [lines.labels.length]),
        ...tokens.draw(random),
      ];
    },
    prepare: (inputs, given) => {
      const { windows, labels, rest } = batch.given(inputs);
      const [members, lineLabels, ...random] = rest;
      const whole = tokens.tokens(windows, random, given);
      const seen = tokens.dropped(whole, random);
      const distances = matchingDistance(whole, scoring);
      const fine = tokens.fine(windows, given, scoring);
      return (parameters) => {
        const scores = tokenScores(parameters, seen, distances, scoring, fine);
        const outsideBoxes = loss(tf.reshape<tf.Rank.R1>(scores, [-1]), labels);
        const boxLines = loss(mostAnomalous(scores, members!), lineLabels as tf.Tensor1D);
        return { outsideBoxes: tf.mul(outsideBoxes, share), boxLines: tf.mul(boxLines, weight * share) };
      };
    },
  };
}

/**
 * Highest score of each line.
 * @param scores in (0, 1), `[q, mu, mu]`.
 * @param members 1 for the tokens of a line, 0 for the others, `[q, lines, mu * mu]`.
 * @returns `[q * lines]`; 0 for a line without tokens.
 */
function mostAnomalous(scores: tf.Tensor, members: tf.Tensor): tf.Tensor1D {
  const [windows] = scores.shape;
  const spread = tf.reshape(scores, [windows, 1, -1]);
  return tf.reshape(tf.max(tf.mul(spread, members), -1), [-1]);
}
