import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../../src/shared/compute.js';
import { decodeDetectorState, encodeDetectorState, readState } from '../../../src/worker/detectorArtifact.js';

const of = (value: number, stateVersion?: number) => ({
  tensors: { weights: hostTensor(Float32Array.of(value), [1]) },
  metadata: {},
  stateVersion,
});
const plus =
  (amount: number) =>
  ({ tensors }: { tensors: ReturnType<typeof of>['tensors'] }) =>
    of(tensors.weights.data[0]! + amount);
const valueOf = (state: { tensors: Readonly<Record<string, { data: ArrayLike<number> }>> }) =>
  state.tensors['weights']!.data[0];

describe('a stored state', () => {
  const detector = {
    ...{ id: 'ours', stateVersion: 3 },
    stateReaders: { 1: plus(10), 2: plus(100) } as unknown as Record<number, (state: object) => ReturnType<typeof of>>,
  } as unknown as Parameters<typeof readState>[0];

  it('of this version is taken as it is', () => {
    const state = of(1, 3);
    expect(readState(detector, state)).toBe(state);
  });

  it.each([
    [undefined, 111],
    [1, 111],
    [2, 101],
  ])('of version %s goes through each reader up to this one', (version, expected) => {
    expect(valueOf(readState(detector, of(1, version)))).toBe(expected);
  });

  it.each([
    ['a later version', detector, 4],
    ['a version without a reader', { ...detector, stateReaders: { 2: detector.stateReaders![2]! } }, 1],
  ])('of %s is refused by name', (_, plugin, version) => {
    expect(() => readState(plugin, of(1, version))).toThrow(
      /MODEL_FORMAT_UNSUPPORTED.*version \d of detector ours, which makes version 3 here/,
    );
  });

  it('keeps its version in the file', () => {
    expect(decodeDetectorState(encodeDetectorState(of(1, 2)), 'x').stateVersion).toBe(2);
    expect(decodeDetectorState(encodeDetectorState(of(1)), 'x').stateVersion).toBeUndefined();
  });
});
