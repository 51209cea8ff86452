/**
 * @generated SignedSource<<83e36ec8bda9e93e767d26846c6e0dd2>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type ErrorCode = "ARCHIVE_DUPLICATE_ENTRY" | "ARCHIVE_EMPTY" | "ARCHIVE_ENCRYPTED" | "ARCHIVE_FORMAT_UNSUPPORTED" | "ARCHIVE_INVALID" | "ARCHIVE_RATIO_EXCEEDED" | "ARCHIVE_TOO_LARGE" | "ARCHIVE_TOO_MANY_ENTRIES" | "ARCHIVE_UNSAFE_ENTRY" | "ARCHIVE_UNSAFE_PATH" | "ARTIFACT_CORRUPT" | "BAD_USER_INPUT" | "BLOCK_GRID_MISMATCH" | "BLOCK_LABEL_INVALID" | "BOX_EMPTY" | "BOX_INVALID_NUMBER" | "BOX_INVERTED" | "BOX_OUT_OF_BOUNDS" | "BOX_SUSPECT_NORMALIZED" | "COCO_DUPLICATE_ID" | "COCO_REFERENCE_MISSING" | "COCO_SCHEMA_INVALID" | "CONFIG_INVALID" | "CONFLICT" | "DATASET_LAYOUT_INVALID" | "DUPLICATE_ANNOTATION" | "FILENAME_INVALID" | "FILE_LEFT_OUT" | "IDEMPOTENCY_CONFLICT" | "IMAGE_COLORSPACE_UNSUPPORTED" | "IMAGE_CORRUPT" | "IMAGE_DUPLICATE" | "IMAGE_EMPTY" | "IMAGE_FORMAT_UNSUPPORTED" | "IMAGE_IRREGULAR" | "IMAGE_MISSING" | "IMAGE_MULTIFRAME" | "IMAGE_ORIENTATION" | "IMAGE_SIZE_MISMATCH" | "IMAGE_TOO_LARGE" | "IMAGE_TOO_SMALL" | "IMAGE_VALUES_INVALID" | "JSON_INVALID" | "LABEL_CONTRADICTION" | "LABEL_MISSING" | "LEASE_LOST" | "MASK_AMBIGUOUS" | "MASK_EMPTY" | "MASK_NOT_BINARY" | "MASK_NOT_FOUND" | "MASK_RLE_INVALID" | "MASK_SIZE_MISMATCH" | "MODEL_EXTERNAL_DATA" | "MODEL_FORMAT_UNSUPPORTED" | "MODEL_INVALID" | "MODEL_LAYER_UNSUPPORTED" | "MODEL_NON_FINITE" | "MODEL_PLUGIN_MISMATCH" | "MODEL_SHAPE_MISMATCH" | "MODEL_TOO_LARGE" | "MODEL_UNSAFE_PATH" | "MODEL_WEIGHTS_INVALID" | "NAME_TAKEN" | "NON_FINITE_OUTPUT" | "NORMAL_IMAGES_MISSING" | "NOT_FOUND" | "OUT_OF_MEMORY" | "PAYLOAD_TOO_LARGE" | "PLUGIN_API_INCOMPATIBLE" | "PLUGIN_CONFLICT" | "PLUGIN_CONTRACT_VIOLATION" | "PLUGIN_CRASHED" | "PLUGIN_LEAK" | "PLUGIN_LOAD_FAILED" | "PLUGIN_LOAD_TIMEOUT" | "PLUGIN_MANIFEST_INVALID" | "PLUGIN_PARAMS_INVALID" | "PLUGIN_UNSAFE_PATH" | "POLYGON_INVALID" | "SHAPE_CLIPPED" | "SHAPE_LEFT_OUT" | "SPLIT_LEAKAGE" | "SPLIT_NOT_APPLIED" | "STEP_TIMEOUT" | "STORAGE_FULL" | "TEXT_INVALID" | "TOO_MANY_ANNOTATIONS" | "TRAINING_DATA_INSUFFICIENT" | "UPLOAD_CHECKSUM_MISMATCH" | "UPLOAD_EXPIRED" | "UPLOAD_INCOMPLETE" | "WORKER_CRASHED" | "%future added value";
export type ImageLabel = "ANOMALOUS" | "NORMAL" | "UNLABELLED" | "%future added value";
export type Split = "TEST" | "TRAIN" | "VALIDATION" | "%future added value";
export type UpdateImagesInput = {
  defectType?: string | null | undefined;
  ids: ReadonlyArray<string>;
  label?: ImageLabel | null | undefined;
  split?: Split | null | undefined;
};
export type documentsUpdateImagesMutation$variables = {
  input: UpdateImagesInput;
};
export type documentsUpdateImagesMutation$data = {
  readonly updateImages: {
    readonly images: ReadonlyArray<{
      readonly id: string;
      readonly split: Split;
    }>;
    readonly userErrors: ReadonlyArray<{
      readonly code: ErrorCode;
      readonly message: string;
    }>;
  };
};
export type documentsUpdateImagesMutation = {
  response: documentsUpdateImagesMutation$data;
  variables: documentsUpdateImagesMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": "UpdateImagesPayload",
    "kind": "LinkedField",
    "name": "updateImages",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "Image",
        "kind": "LinkedField",
        "name": "images",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "id",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "split",
            "storageKey": null
          }
        ],
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "UserError",
        "kind": "LinkedField",
        "name": "userErrors",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "code",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "message",
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "documentsUpdateImagesMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "documentsUpdateImagesMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "c12c7eca834f20514aa0e8561980fba5",
    "id": null,
    "metadata": {},
    "name": "documentsUpdateImagesMutation",
    "operationKind": "mutation",
    "text": "mutation documentsUpdateImagesMutation(\n  $input: UpdateImagesInput!\n) {\n  updateImages(input: $input) {\n    images {\n      id\n      split\n    }\n    userErrors {\n      code\n      message\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "86f8a3f03a08a634b854fece70ee7c9a";

export default node;
