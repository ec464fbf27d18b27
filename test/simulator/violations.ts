/** One rule of the service that a request broke, and what the service answers to that. */
export interface Violation {
  rule: Rule;
  /** Where in the body: `conversationState.history[2].assistantResponseMessage`. */
  path: string;
  detail: string;
  /** The service's `reason`; null where it has none to give. */
  reason: string | null;
  /** The service's message, where it is not the opaque one. */
  message?: string;
}

export type Rule =
  // The request as such
  | 'content-type'
  | 'invalid-json'
  | 'opt-out-header'
  // The official model
  | 'unknown-member'
  | 'missing-member'
  | 'wrong-type'
  | 'null-member'
  | 'not-in-enum'
  | 'union-members'
  | 'bad-base64'
  // The conversation
  | 'conversation-id'
  | 'current-message-not-user'
  | 'history-empty'
  | 'history-too-long'
  | 'history-starts-with-assistant'
  | 'roles-do-not-alternate'
  | 'content-empty'
  | 'content-too-long'
  | 'lone-surrogate'
  | 'cache-point-unsupported'
  | 'thinking-signature'
  // Tools
  | 'tools-in-history'
  | 'tool-name'
  | 'tool-duplicate'
  | 'tool-description'
  | 'tool-schema'
  | 'tool-property-name'
  | 'tool-not-declared'
  | 'cache-point-in-tools'
  | 'tool-use-id'
  | 'tool-use-duplicate'
  | 'tool-use-input'
  | 'tool-use-without-result'
  | 'tool-result-orphan'
  | 'tool-result-duplicate'
  | 'tool-result-empty'
  | 'tool-result-too-long'
  // Images and documents
  | 'image-format'
  | 'image-count'
  | 'image-size'
  | 'image-dimension'
  | 'image-mime-mismatch'
  | 'image-unsupported'
  | 'document-unsupported'
  | 'document-count'
  | 'document-size'
  | 'document-duplicate-name'
  // The model and the profile
  | 'unknown-model'
  | 'model-fields'
  | 'profile-arn-required'
  | 'profile-arn-invalid'
  | 'profile-arn-foreign'
  | 'profile-arn-with-api-key'
  // Sign-in and refresh
  | 'oidc-request'
  | 'social-request';

const reasons: Partial<Record<Rule, string>> = {
  'invalid-json': 'REQUEST_BODY_INVALID_JSON',
  'unknown-member': 'REQUEST_BODY_INVALID',
  'missing-member': 'REQUEST_BODY_INVALID',
  'wrong-type': 'REQUEST_BODY_INVALID',
  'null-member': 'REQUEST_BODY_INVALID',
  'not-in-enum': 'REQUEST_BODY_INVALID',
  'union-members': 'REQUEST_BODY_INVALID',
  'bad-base64': 'REQUEST_BODY_INVALID',
  'conversation-id': 'INVALID_CONVERSATION_ID',
  'content-too-long': 'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
  'tool-result-too-long': 'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
  'thinking-signature': 'THINKING_SIGNATURE_INVALID',
  'tool-duplicate': 'TOOL_DUPLICATE',
  'tool-schema': 'TOOL_SCHEMA_INVALID',
  'tool-not-declared': 'TOOL_CONFIG_MISSING',
  'tool-use-duplicate': 'TOOL_USE_RESULT_MISMATCH',
  'tool-use-without-result': 'TOOL_USE_RESULT_MISMATCH',
  'tool-result-orphan': 'TOOL_USE_RESULT_MISMATCH',
  'tool-result-duplicate': 'TOOL_USE_RESULT_MISMATCH',
  'image-format': 'IMAGE_FORMAT_UNSUPPORTED',
  'image-count': 'IMAGE_COUNT_EXCEEDED',
  'image-size': 'IMAGE_SIZE_EXCEEDED',
  'image-dimension': 'IMAGE_DIMENSION_EXCEEDED',
  'image-mime-mismatch': 'IMAGE_MIME_MISMATCH',
  'document-unsupported': 'DOCUMENT_MODEL_NOT_SUPPORTED',
  'document-count': 'DOCUMENT_COUNT_EXCEEDED',
  'document-size': 'DOCUMENT_SIZE_EXCEEDED',
  'document-duplicate-name': 'DOCUMENT_DUPLICATE_NAME',
  'unknown-model': 'INVALID_MODEL_ID',
};

const messages: Partial<Record<Rule, string>> = {
  'content-too-long': 'Input is too long.',
  'tool-result-too-long': 'Input is too long.',
  'thinking-signature': 'Invalid `signature` in `thinking` block.',
  'unknown-model': 'Invalid model. Please select a different model to continue.',
  'profile-arn-required': 'profileArn is required for this request.',
  'profile-arn-foreign': 'User is not authorized to make this call.',
  'profile-arn-with-api-key': 'User is not authorized to make this call.',
};

/** Where a tool stands, in the words of the models' own platform. */
const toolOf = (path: string) => `tools.${/tools\[(\d+)\]/.exec(path)?.[1] ?? 0}.custom.input_schema`;

const sentences: Partial<Record<Rule, (path: string, detail: string) => string>> = {
  'model-fields': (_, detail) => `Invalid additionalModelRequestFields: ${detail}`,
  'tool-schema': (path) =>
    `${toolOf(path)}: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12).`,
  'tool-property-name': (path) =>
    `${toolOf(path)}.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'`,
};

/** A violation with the reason and message the service has for its rule. */
export function violation(rule: Rule, path: string, detail: string): Violation {
  const message = sentences[rule]?.(path, detail) ?? messages[rule];
  return { rule, path, detail, reason: reasons[rule] ?? null, ...(message === undefined ? {} : { message }) };
}
