/**
 * Layout of the checkpoints that `trainSteps` and the stages write. Raise it when tensors or metadata get other names or another meaning:
 * a training whose checkpoint has another layout begins anew.
 */
export const checkpointLayout = 2;
