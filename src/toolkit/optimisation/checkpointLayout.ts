/**
 * Layout of the checkpoints that `trainSteps` and the stages write. Raise it when tensors or metadata get other names or another meaning:
 * a training whose checkpoint has another layout begins anew. What each number stands for is in `test/fixtures/checkpointLayouts`.
 */
export const checkpointLayout = 2;
