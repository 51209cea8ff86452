import { describe, expect, it } from 'vitest';
import { placementTable, readPlacements } from '../../support/placement.js';

/** As ONNX Runtime 1.30 writes it. */
const line = (graph: string, text: string) =>
  `2026-01-01 00:00:00.000 [V:onnxruntime:${graph}, session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp] ${text}`;
const whole = (graph: string, nodes: number) => [
  line(graph, 'Node placements'),
  line(graph, ` All nodes placed on [WebGpuExecutionProvider]. Number of nodes: ${nodes}`),
];
const apart = [
  '2026-01-01 00:00:00.000 [I:onnxruntime:stfpm/training step, bfc_arena.cc:281 Reserve] Reserving memory',
  line('stfpm/training step', 'Node placements'),
  line('stfpm/training step', ' Node(s) placed on [CPUExecutionProvider]. Number of nodes: 3'),
  ...['Cast ()', 'Sum (Sum_4)', 'Cast (Cast_9)'].map((node) => line('stfpm/training step', `  ${node}`)),
  line('stfpm/training step', ' Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 4'),
  ...['MatMul ()', 'Relu ()', 'MemcpyToHost (Memcpy)', 'MemcpyFromHost (Memcpy_1)'].map((node) =>
    line('stfpm/training step', `  ${node}`),
  ),
];

describe('which nodes run on the processor', () => {
  it('is read from the log of ONNX Runtime, copies apart', async () => {
    expect(await readPlacements([...whole('padim/features', 142), ...apart])).toEqual([
      { graph: 'padim/features', nodes: 142, copies: 0, onProcessor: {} },
      { graph: 'stfpm/training step', nodes: 5, copies: 2, onProcessor: { Cast: 2, Sum: 1 } },
    ]);
  });

  it('is a table with a row a detector, a graph that is opened twice counted once', async () => {
    const found = await readPlacements([...whole('padim/features', 142), ...apart, ...whole('stfpm/map', 7), ...apart]);
    expect(placementTable(found).split('\n').slice(2)).toEqual([
      '| `padim` | 1 | 142 | 0 | 0 |  |',
      '| `stfpm` | 2 | 12 | 3 | 2 | training step: 2 Cast, 1 Sum |',
    ]);
  });
});
