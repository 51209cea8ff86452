import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { defaultPageSize, maximumPageSize, type Page, type PageRequest } from '../../services/pagination.js';

@ArgsType()
export class PageArgs implements PageRequest {
  @Field(() => Int, {
    nullable: true,
    description: `Size of the page, from the start or behind \`after\`: 1 to ${maximumPageSize}; ${defaultPageSize} when \`last\` is left out too.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor of this connection: the page lies behind it.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `Size of the page, from the end or before \`before\`: 1 to ${maximumPageSize}. Not together with \`first\`.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor of this connection: the page lies before it.' })
  before?: string | null;
}

@ObjectType({ description: 'Where a page stands in its connection.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether rows are known to follow behind this page.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether rows are known to stand before this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first row, null on an empty page: the `before` of the previous page.',
  })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last row: the `after` of the next page.' })
  endCursor: string | null;
}

/**
 * Declares `<Noun>Connection` and `<Noun>Edge`.
 * @param plural what the rows are, for the descriptions.
 */
export function connectionOf(noun: string, nodeType: () => ClassType | object, plural: string) {
  const type = nodeType as () => ClassType;

  @ObjectType(`${noun}Edge`, { description: `One of the ${plural} with its cursor.` })
  class Edge {
    @Field(() => String, { description: 'Opaque; continue behind it with `after`.' })
    cursor: string;

    @Field(type, { description: `One of the ${plural}, without its cursor.` })
    node: object;
  }

  @ObjectType(`${noun}Connection`, { description: `A page of ${plural}.` })
  class Connection {
    @Field(() => [Edge], { description: `The ${plural} of this page with their cursors.` })
    edges: Edge[];

    @Field(() => [type()], { description: `The ${plural} of this page, without their cursors.` })
    nodes: object[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo: PageInfo;

    @Field(() => Int, { description: 'Rows of the whole connection, counted when asked for.' })
    totalCount: number;
  }
  return Connection;
}

/** A page as the fields of a connection; the total is counted only when it is selected. */
export class ConnectionPage<E> {
  constructor(private readonly page: Page<E>) {}

  get edges() {
    return this.page.nodes.map((node, i) => ({ cursor: this.page.cursors[i]!, node }));
  }

  get nodes() {
    return this.page.nodes;
  }

  get pageInfo(): PageInfo {
    const { cursors, hasNextPage, hasPreviousPage } = this.page;
    return { hasNextPage, hasPreviousPage, startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null };
  }

  get totalCount() {
    return this.page.totalCount();
  }
}

/** Shorthand that keeps resolvers at one statement. */
export async function connection<E>(page: Promise<Page<E>>): Promise<ConnectionPage<E>> {
  return new ConnectionPage(await page);
}
