import type { HostTensor, RandomSource, TensorSpec, tf } from 'residua/plugin-api';
import type { LossParts, NamedTensors } from 'residua/toolkit';

/** What every term of a step is given besides its own inputs. */
export interface StepTensors {
  /** `[m, d_f]`. */
  bank: tf.Tensor2D;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: tf.Tensor1D;
  /** The same of the fine layers, where there are any. */
  fine: Pick<StepTensors, 'bank' | 'residualScale'> | undefined;
  /** As they are before the step. */
  parameters: NamedTensors;
}

/** A term of a training step's loss: draws its windows on the host, and says as a tensor function what they cost. */
export interface LossTerm {
  /** Names of its parts, in the order of {@link LossParts}. */
  readonly parts: readonly string[];
  readonly inputs: readonly TensorSpec[];
  /**
   * Inputs of one step, in the order of {@link inputs}. The arrays are the term's own and filled anew each time.
   * @param step from 0.
   */
  draw(step: number, random: RandomSource): readonly HostTensor[];
  /**
   * A tensor function. What does not depend on the parameters being trained is made here, outside the differentiated
   * function that it returns.
   */
  prepare(inputs: readonly tf.Tensor[], given: StepTensors): (parameters: NamedTensors) => LossParts;
}
