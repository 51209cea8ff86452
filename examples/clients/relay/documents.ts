/**
 * What `npx relay-compiler@21.0.1 examples/clients/relay/relay.config.json` makes `__generated__` of. A bundler with Relay's plugin puts
 * the generated files in the place of these texts; without one, as here, they are imported instead, and this file is only read.
 */
import { graphql } from 'relay-runtime';

export const images = graphql`
  query documentsImagesQuery($datasetId: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    node(id: $datasetId) {
      id
      ... on Dataset {
        images(first: $first, after: $after, last: $last, before: $before) @connection(key: "Dataset_images") {
          edges {
            cursor
            node {
              id
              filename
              split
            }
          }
          pageInfo {
            hasNextPage
            hasPreviousPage
            startCursor
            endCursor
          }
        }
      }
    }
  }
`;

export const image = graphql`
  query documentsImageQuery($id: ID!) {
    node(id: $id) {
      id
      ... on Image {
        filename
        split
      }
    }
  }
`;

export const updateImages = graphql`
  mutation documentsUpdateImagesMutation($input: UpdateImagesInput!) {
    updateImages(input: $input) {
      images {
        id
        split
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const runs = graphql`
  query documentsRunsQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on TrainingRun {
        detector {
          name
          params
          plugin {
            name
            title
          }
        }
      }
    }
  }
`;

export const jobEvents = graphql`
  subscription documentsJobEventsSubscription($jobId: ID!, $after: String) {
    jobEvents(jobId: $jobId, after: $after) {
      cursor
      seq
      ... on StateChanged {
        state
      }
    }
  }
`;
