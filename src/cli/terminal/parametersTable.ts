import { listTable } from './table.js';

/** What of a JSON schema's property people want to know. */
interface Property {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** The parameters that a JSON schema describes, one a row, with their defaults and what they may be. */
export function parametersTable(schema: Record<string, unknown>): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Property>);
  if (properties.length === 0) return 'it has no parameters';
  const rows = properties.map(([name, property]) => [
    name,
    property.default === undefined ? '' : JSON.stringify(property.default),
    allowed(property),
    property.description ?? '',
  ]);
  return listTable([['PARAMETER', 'DEFAULT', 'MAY BE', 'WHAT'], ...rows]);
}

function allowed(property: Property): string {
  if (property.enum) return property.enum.map((each) => String(each)).join(', ');
  const type = [property.type ?? []].flat().join(' or ');
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = property;
  // zod writes the largest safe integer where there is no limit.
  const isLimit = (value: number | undefined) => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  const least = isLimit(minimum) ? `from ${minimum}` : isLimit(exclusiveMinimum) ? `above ${exclusiveMinimum}` : '';
  const most = isLimit(maximum) ? `to ${maximum}` : isLimit(exclusiveMaximum) ? `below ${exclusiveMaximum}` : '';
  return [type, least, most].filter(Boolean).join(' ');
}
