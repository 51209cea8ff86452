/**
 * Before any library is loaded: graphql-js checks every type of every field for a second copy of itself unless it is told that this is no
 * development, which costs a third of a request.
 */
process.env['NODE_ENV'] ??= 'production';
