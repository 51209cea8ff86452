import { describe, expect, it } from 'vitest';
import { engineFailure, shownBytes } from '../../../src/compute/engines/engineFailure.js';
import { ComputeFailure } from '../../../src/shared/computeFailure.js';

const webgpu = { engine: 'webgpu', device: 'gpu', maker: 'ONNX Runtime' } as const;
const processor = { engine: 'onnxruntime', device: 'cpu', maker: 'ONNX Runtime' } as const;

/** As runtimes have said it, seen on SwiftShader and on the processor; CUDA's and TensorFlow's are from their sources. */
const wantOfMemory = [
  "Non-zero status code returned while running MatMul node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 16777216",
  'std::bad_alloc',
  'WebGPU validation failed. Buffer size (2304000000) exceeds the max buffer size limit (1073741824).\n - While calling [Device].CreateBuffer([BufferDescriptor]).',
  'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[2]',
  'CUDA failure 2: out of memory ; GPU=0 ; hostname=x ; file=cuda_allocator.cc',
  'Invalid TF_Status: 8 Message: OOM when allocating tensor with shape[64,512,512,64] and type float on GPU:0',
];

describe('what a runtime says', () => {
  it.each(wantOfMemory)('is want of memory: %s', (message) => {
    for (const engine of [webgpu, processor]) {
      const failure = engineFailure(engine, 'training-step', new Error(message));
      expect(failure).toBeInstanceOf(ComputeFailure);
      expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY', engineIsLost: engine === webgpu });
      expect(failure.message).toMatch(
        /^"training-step" needs more memory than (the GPU \(webgpu\)|this machine) has left/,
      );
    }
  });

  it('names the tensor there was no room for', () => {
    const [arena, , buffer] = wantOfMemory;
    expect(engineFailure(processor, 'f', new Error(arena)).message).toContain('left, 16.0 MiB for one tensor');
    expect(engineFailure(webgpu, 'f', new Error(buffer)).message).toContain('left, 2.1 GiB for one tensor');
  });

  it('is a GPU that failed, without folders of the machine, or a graph that cannot be run', () => {
    const said = new Error('/build/onnxruntime/buffer_manager.cc:641 Failed to download data: [Device] is lost.');
    const failure = engineFailure(webgpu, 'f', said);
    expect(failure).toMatchObject({ code: 'COMPUTE_FAILED', engineIsLost: true });
    expect(failure.message).toBe(
      'the GPU (webgpu) failed in "f": buffer_manager.cc:641 Failed to download data: [Device] is lost.',
    );
    const long =
      'webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters';
    expect(engineFailure(webgpu, 'f', new Error(long)).message).toBe(
      'the GPU (webgpu) failed in "f": Failed to get a WebGPU adapter: No supported adapters',
    );
    const other = engineFailure(processor, 'f', said);
    expect(other).not.toBeInstanceOf(ComputeFailure);
    expect(other.message).toMatch(/^"f" failed in ONNX Runtime: /);
  });
});

it('shows bytes in the unit that fits', () => {
  expect([0, 1023, 1536, 150 * 2 ** 20, 2.5 * 2 ** 40].map(shownBytes)).toEqual([
    ...['0 B', '1023 B', '1.5 KiB', '150 MiB', '2.5 TiB'],
  ]);
});
