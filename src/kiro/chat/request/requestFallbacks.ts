import type { KiroError } from '../../../base/errors';

/** How a request is sent differently after the service rejected it as it was. */
export interface RequestFallbacks {
  /** Without the fields of effort and thinking. */
  withoutModelFields: boolean;
  /** Without the reasoning of earlier replies. */
  withoutReasoning: boolean;
  /** Tools' schemas without anything that not every model takes. */
  plainSchemas: boolean;
}
export const noFallbacks: RequestFallbacks = {
  withoutModelFields: false,
  withoutReasoning: false,
  plainSchemas: false,
};

/** The fallbacks to try after an error response that names what it is about, each of them once; none for other errors. */
export function fallbacksAfter(error: KiroError, fallbacks: RequestFallbacks): RequestFallbacks | undefined {
  switch (error.reason) {
    case 'INVALID_MODEL_FIELDS':
      return fallbacks.withoutModelFields ? undefined : { ...fallbacks, withoutModelFields: true };
    case 'THINKING_SIGNATURE_INVALID':
      return fallbacks.withoutReasoning ? undefined : { ...fallbacks, withoutReasoning: true };
    case 'TOOL_SCHEMA_INVALID':
      return fallbacks.plainSchemas ? undefined : { ...fallbacks, plainSchemas: true };
    default:
      return undefined;
  }
}
