import { z } from 'zod';
import type { UserErrorCode } from '../shared/errorCodes.js';
import { modelFileNameProblem } from '../shared/modelFileNames.js';

/** Where a model file is: a name in the models folder, or an address with the sha256 of what it must give. */
export interface ModelFileSource {
  file?: string | undefined;
  url?: string | undefined;
  /** Of the whole file, 64 hexadecimal digits. */
  sha256?: string | undefined;
}

/** A model file that was read and whose sha256 was compared. */
export interface ModelFile {
  /** For messages: the file's name, never its folder. */
  name: string;
  bytes: Uint8Array;
  sha256: string;
}

/** A file of weights that does not come with the installation. */
export interface WeightsFile {
  /** Its name in the models folder. */
  file: string;
  /** Where people get it, and what to do with it. */
  source: string;
}

const issueOf = (code: UserErrorCode, message: string, path: string) => ({
  code: 'custom' as const,
  message,
  path: [path],
  params: { problem: code },
});

/** The parameter of a plugin that reads a model file; hand its value to `PluginContext.modelFile`. */
export const modelFileParams = z
  .strictObject({
    file: z.string().min(1).max(255).optional().describe('Name of a file in the models folder.'),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .optional()
      .describe('Address to fetch the file from, once; sha256 must be given with it.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
      .optional()
      .describe('The sha256 that the file must have.'),
  })
  .superRefine(({ file, url, sha256 }, context) => {
    if ((file === undefined) === (url === undefined)) {
      context.addIssue({ code: 'custom', message: 'give either file or url', path: [] });
    }
    if (url !== undefined && sha256 === undefined) {
      context.addIssue({ code: 'custom', message: 'must be given with url', path: ['sha256'] });
    }
    const found = file === undefined ? undefined : modelFileNameProblem(file);
    if (found) context.addIssue(issueOf(found.code, found.message, 'file'));
  });
