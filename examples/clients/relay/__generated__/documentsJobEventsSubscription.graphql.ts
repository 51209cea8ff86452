/**
 * @generated SignedSource<<2bf37dadd7af5d4bf2aad8b9e91c2e26>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "QUEUED" | "RETRYING" | "RUNNING" | "%future added value";
export type documentsJobEventsSubscription$variables = {
  after?: string | null | undefined;
  jobId: string;
};
export type documentsJobEventsSubscription$data = {
  readonly jobEvents: {
    readonly cursor: string;
    readonly seq: number;
    readonly state?: JobState;
  };
};
export type documentsJobEventsSubscription = {
  response: documentsJobEventsSubscription$data;
  variables: documentsJobEventsSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "after"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "jobId"
},
v2 = [
  {
    "kind": "Variable",
    "name": "after",
    "variableName": "after"
  },
  {
    "kind": "Variable",
    "name": "jobId",
    "variableName": "jobId"
  }
],
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "cursor",
  "storageKey": null
},
v4 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "seq",
  "storageKey": null
},
v5 = {
  "kind": "InlineFragment",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "state",
      "storageKey": null
    }
  ],
  "type": "StateChanged",
  "abstractKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "documentsJobEventsSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "jobEvents",
        "plural": false,
        "selections": [
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          (v5/*:: as any*/)
        ],
        "storageKey": null
      }
    ],
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "documentsJobEventsSubscription",
    "selections": [
      {
        "alias": null,
        "args": (v2/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "jobEvents",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          (v3/*:: as any*/),
          (v4/*:: as any*/),
          (v5/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "9b4e385164c5dae05978d0e2bffd4856",
    "id": null,
    "metadata": {},
    "name": "documentsJobEventsSubscription",
    "operationKind": "subscription",
    "text": "subscription documentsJobEventsSubscription(\n  $jobId: ID!\n  $after: String\n) {\n  jobEvents(jobId: $jobId, after: $after) {\n    __typename\n    cursor\n    seq\n    ... on StateChanged {\n      state\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "840e64f4dc7129bec992970ec10339e2";

export default node;
