/** A page of a list, as every connection of the API has it. */
export interface Page<Item> {
  nodes: readonly Item[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Every item of a list, asked for page by page. @param read gives the page behind a cursor, the first without one. */
export async function* eachOf<Item>(read: (after: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item> {
  for (let after: string | undefined; ;) {
    const { nodes, pageInfo } = await read(after);
    yield* nodes;
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
    after = pageInfo.endCursor;
  }
}

/** All of them at once. */
export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
