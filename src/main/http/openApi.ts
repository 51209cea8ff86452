const score = (description: string) => ({ type: 'number', description });
const threshold = (description: string) => ({ type: ['number', 'null'], description });

const sides = ['x', 'y', 'width', 'height'];
const box = (type: 'integer' | 'number', description: string) => ({
  type: 'object',
  description: `${description} x and y are its top-left corner.`,
  required: sides,
  properties: Object.fromEntries(sides.map((side) => [side, { type }])),
});

const nearestNormal = {
  type: ['object', 'null'],
  description: 'The normal patch that its most anomalous place resembles most; null where the version cannot say.',
  required: ['imageId', 'box', 'distance', 'patch'],
  properties: {
    imageId: { type: 'string', description: 'The training image that shows it: its id in the GraphQL API.' },
    box: box('number', 'The patch, in pixels of that image.'),
    distance: score('Between the two patches, L2 in the space of features.'),
    patch: box('number', 'The place of the region, in pixels of the image sent.'),
  },
};

const region = {
  type: 'object',
  required: ['box', 'score', 'pixels', 'nearestNormal'],
  properties: {
    box: box('integer', 'The smallest rectangle around it, in pixels of the image.'),
    score: score('Its highest anomaly score.'),
    pixels: { type: 'integer', description: 'Its area in pixels of the image.' },
    nearestNormal,
  },
};

const prediction = {
  type: 'object',
  required: [
    ...['model', 'version', 'anomalyScore', 'isAnomalous', 'regions', 'explanation', 'warnings'],
    ...['imageThreshold', 'pixelThreshold', 'seconds'],
  ],
  properties: {
    model: { type: 'string', description: 'Name of the model.' },
    version: { type: 'integer', description: 'Number of the version that answered, also when an alias was asked.' },
    anomalyScore: score('Highest value of the anomaly map; higher is more anomalous.'),
    isAnomalous: { type: 'boolean', description: 'Whether the score reaches the image threshold.' },
    regions: { type: 'array', items: region, description: 'Anomalous areas, highest score first.' },
    explanation: {
      type: ['string', 'null'],
      description:
        'Why the image is normal although areas were marked, or anomalous although none was; null when both say the same.',
    },
    warnings: {
      type: 'array',
      items: { type: 'string' },
      description:
        'What to know about the answer, e.g. that the image uses other bits a sample than those of the training.',
    },
    imageThreshold: threshold("The version's; null counts as 0."),
    pixelThreshold: threshold('Score that regions were cut at; null counts as 0.'),
    seconds: score('Seconds the prediction took, reading the image included.'),
  },
};

const models = {
  type: 'object',
  required: ['models', 'next'],
  properties: {
    models: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'lastVersion', 'aliases'],
        properties: {
          name: { type: 'string', description: 'Name of the model.' },
          lastVersion: { type: 'integer', description: 'The highest number that was given to a version.' },
          aliases: {
            type: 'object',
            additionalProperties: { type: 'integer' },
            description: 'The number of the version that each alias points at.',
          },
        },
      },
    },
    next: { type: ['string', 'null'], description: 'What `after` takes for the next page; null on the last one.' },
  },
};

const errors = {
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['message', 'extensions'],
        properties: {
          message: { type: 'string', description: 'Names the item, the value seen and the rule.' },
          extensions: {
            type: 'object',
            required: ['code'],
            properties: { code: { type: 'string', description: 'Stable: programs may branch on it.' } },
          },
        },
      },
    },
  },
};

const header = (type: string, description: string) => ({ description, schema: { type } });
const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
});
const parameter = (place: 'path' | 'query', name: string, description: string, schema: object) => ({
  ...{ in: place, name, description, schema },
  required: place === 'path',
});

const binary = { schema: { type: 'string', format: 'binary' } };
const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/tiff', 'image/bmp', 'application/octet-stream'];

const form = { schema: { type: 'object', properties: { image: binary.schema } } };

const list = {
  operationId: 'models',
  summary: 'The models there are, oldest first.',
  parameters: [parameter('query', 'after', '`next` of the page before.', { type: 'string' })],
  responses: {
    200: {
      description: 'A page of at most 100.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Models' } } },
    },
    400: refusal('CURSOR_INVALID: `after` is not from here.'),
    401: refusal('UNAUTHENTICATED: the token is missing or wrong.'),
    403: refusal('FORBIDDEN: the token has neither READ nor PREDICT.'),
    429: refusal('RATE_LIMITED: come again after `Retry-After` seconds.'),
  },
};

const predict = {
  operationId: 'predict',
  summary: 'What a model version says about one image.',
  parameters: [
    parameter('path', 'name', 'Name of the model.', { type: 'string' }),
    parameter('path', 'version', 'A number such as `3`, or an alias such as `champion`.', { type: 'string' }),
    parameter('query', 'map', '`png` gives the anomaly map as a 16-bit grey PNG instead of JSON.', {
      type: 'string',
      enum: ['png'],
    }),
    parameter('query', 'station', 'What asks, for the log of predictions: 1 to 100 characters.', { type: 'string' }),
    parameter('query', 'part', 'What the image shows, for the log, e.g. a serial number: 1 to 100 characters.', {
      type: 'string',
    }),
  ],
  requestBody: {
    description:
      'The bytes of one image, or a form with one file. What they are is read from them, not from the content type.',
    required: true,
    content: { ...Object.fromEntries(imageTypes.map((type) => [type, binary])), 'multipart/form-data': form },
  },
  responses: {
    200: {
      description: 'The prediction, or its map.',
      headers: {
        'residua-model-version': header('integer', 'With `map=png`: number of the version that answered.'),
        'residua-anomaly-score': header('number', 'With `map=png`: highest value of the map.'),
        'residua-is-anomalous': header('boolean', 'With `map=png`: whether the score reaches the image threshold.'),
        'residua-anomaly-map-scale': header('number', "With `map=png`: anomaly score of the map's white, 65535."),
      },
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Prediction' } },
        'image/png': binary,
      },
    },
    400: refusal(
      'IMAGE_EMPTY, IMAGE_FORMAT_UNSUPPORTED, IMAGE_CORRUPT and the like; BAD_USER_INPUT; NAME_AMBIGUOUS: several projects have such a model.',
    ),
    401: refusal('UNAUTHENTICATED: the token is missing or wrong.'),
    403: refusal('FORBIDDEN: the token has no PREDICT.'),
    404: refusal('NOT_FOUND: no such project, model, version or alias.'),
    413: refusal('PAYLOAD_TOO_LARGE: the body is larger than an image may be.'),
    415: refusal('UNSUPPORTED_MEDIA_TYPE: the content type is not that of an image or a form.'),
    429: refusal(
      'RATE_LIMITED, QUOTA_EXCEEDED: come again after `Retry-After` seconds; without it the project may ask for none.',
    ),
    503: refusal('SERVICE_UNAVAILABLE: no worker answered in time.'),
  },
};

const { model, version, seconds, ...judged } = prediction.properties;

const stationAnswer = {
  type: 'object',
  required: [
    ...['station', 'verdict', 'partId', 'model', 'version', 'predictionId', 'seq', 'isRepeated', 'seconds'],
    ...Object.keys(judged),
  ],
  properties: {
    station: { type: 'string', description: 'Name of the station.' },
    verdict: {
      type: 'string',
      enum: ['OK', 'NOK'],
      description: 'OK only where the model called the part normal, in time.',
    },
    partId: { type: ['string', 'null'], description: '`part` as it was given.' },
    ...{ model, version, seconds, ...judged },
    predictionId: { type: ['string', 'null'], description: 'Id in the log; null where the project logs nothing.' },
    seq: { type: ['integer', 'null'], description: 'Number in the log; null where the project logs nothing.' },
    isRepeated: { type: 'boolean', description: 'Whether the same image of the same part had been answered before.' },
  },
};

const stationFacts = {
  type: 'object',
  required: ['name', 'model', 'alias', 'version', 'deadlineMilliseconds'],
  properties: {
    name: { type: 'string', description: 'Name of the station.' },
    model,
    alias: { type: 'string', description: 'Alias of the model that it is set to.' },
    version: { type: 'integer', description: 'Number of the version behind the alias now.' },
    deadlineMilliseconds: { type: 'integer', description: 'Until a verdict comes too late.' },
  },
};

const stationName = parameter('path', 'station', 'Name of the station.', { type: 'string' });
const noStation = {
  404: refusal('NOT_FOUND: no such project or station.'),
  409: refusal('CONFLICT: the alias of the station points at no version.'),
};

const station = {
  operationId: 'station',
  summary: 'What a station needs to know of itself.',
  parameters: [stationName],
  responses: {
    200: {
      description: 'What it is set to.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Station' } } },
    },
    401: predict.responses[401],
    403: list.responses[403],
    ...noStation,
  },
};

const stationImage = {
  operationId: 'stationImage',
  summary: 'What the line is told about one image. Whatever else than 200 and OK is answered, the part is NOK.',
  parameters: [
    stationName,
    parameter('query', 'part', 'What the image shows, e.g. a serial number: 1 to 100 characters.', { type: 'string' }),
    parameter('query', 'late', '`true`: the line was told NOK already, and NOK it stays.', { type: 'boolean' }),
  ],
  requestBody: predict.requestBody,
  responses: {
    ...predict.responses,
    200: {
      description: 'The verdict; it is in the log.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/StationAnswer' } } },
    },
    ...noStation,
    503: refusal('SERVICE_UNAVAILABLE: there was no verdict in time.'),
  },
};

/** The same about one project. */
function inProject<Route extends { operationId: string; summary: string; parameters: object[] }>(route: Route) {
  const project = parameter('path', 'project', 'Name of the project.', { type: 'string' });
  const { operationId, summary, parameters } = route;
  return {
    ...route,
    operationId: `${operationId}OfProject`,
    summary: `${summary.slice(0, -1)}, of one project.`,
    parameters: [project, ...parameters],
  };
}

/** The plain HTTP routes, as OpenAPI 3.1. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Residua: predictions over plain HTTP',
    version: '1',
    description: 'For machines that speak no GraphQL. Everything else is at `/graphql`.',
  },
  servers: [{ url: '/' }],
  // A server without a token asks for none.
  security: [{}, { token: [] }],
  paths: {
    '/v1/models': { get: list },
    '/v1/models/{name}/{version}/predict': { post: predict },
    '/v1/projects/{project}/models': { get: inProject(list) },
    '/v1/projects/{project}/models/{name}/{version}/predict': { post: inProject(predict) },
    '/v1/stations/{station}': { get: station },
    '/v1/stations/{station}/images': { put: stationImage },
    '/v1/projects/{project}/stations/{station}': { get: inProject(station) },
    '/v1/projects/{project}/stations/{station}/images': { put: inProject(stationImage) },
  },
  components: {
    schemas: {
      ...{ Prediction: prediction, Models: models, Errors: errors },
      ...{ Station: stationFacts, StationAnswer: stationAnswer },
    },
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
  },
} as const;
