import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';

/** ISO 8601 with time zone. */
export const DateTime = GraphQLDateTime;

/** Any JSON object; only for plugin parameters and descriptions of the environment. */
export const JsonObject = GraphQLJSONObject;
