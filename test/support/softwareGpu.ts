import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** SwiftShader, which Debian's package `chromium` brings, and the loader of Vulkan, of `libvulkan1`. */
const driver = '/usr/lib/chromium/libvk_swiftshader.so';
const manifest = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loaders = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];

/** Whether this machine has a GPU in software; says what is not tested where it has none. */
export function hasSoftwareGpu(what: string): boolean {
  const installed = existsSync(manifest) && loaders.some((loader) => existsSync(loader));
  if (!installed) {
    console.log(`no GPU in software here (Debian: apt-get install chromium libvulkan1): ${what} skipped`);
  }
  return installed;
}

/** Variables with which a process finds the GPU in software, and no other one. */
export function softwareGpu(): Record<string, string> {
  return { VK_ICD_FILENAMES: manifest, XDG_RUNTIME_DIR: mkdtempSync(path.join(tmpdir(), 'residua-gpu-')) };
}

/**
 * The GPU in software behind a driver that says VK_ERROR_DEVICE_LOST from the moment a file exists. Needs a C compiler.
 * @returns undefined where there is none.
 */
export function losableGpu(): { env: Record<string, string>; file: string } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'residua-lost-gpu-'));
  const [library, description, file] = ['driver.so', 'driver.json', 'lost'].map((name) => path.join(folder, name));
  const source = fileURLToPath(new URL('lostGpu.c', import.meta.url));
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', library!, source, '-ldl'], { stdio: 'pipe' });
  } catch {
    console.log('no C compiler here: a GPU that is lost is not tested');
    return undefined;
  }
  const icd = { file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.1.0' } };
  writeFileSync(description!, JSON.stringify(icd));
  const lost = { VK_ICD_FILENAMES: description!, RESIDUA_REAL_DRIVER: driver, RESIDUA_LOST_GPU: file! };
  return { file: file!, env: { ...softwareGpu(), ...lost } };
}
