/** What an error or anything else that was thrown says, in one line. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}

/** The first line of a text for strangers: without folders of this machine, at most 500 characters. */
export function withoutPaths(text: string): string {
  return firstLine(text)
    .replace(/(file:\/\/)?(\/[\w.@-]+){2,}/g, (path) => path.slice(path.lastIndexOf('/') + 1))
    .slice(0, 500);
}
