import type { ComponentChildren } from 'preact';

/** The names of a table's columns. */
export function TableHead({ columns, children }: { columns: readonly string[]; children?: ComponentChildren }) {
  return (
    <thead>
      <tr>
        {children}
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}
