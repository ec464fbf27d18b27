import { png } from './requests';
import { document, image, request, testRules, user } from './ruleCases';

const withDocuments = (...documents: ReturnType<typeof document>[]) =>
  request(user('Hi', { modelId: 'claude-with-documents', documents }));

testRules('The images and the model of a chat request', [
  {
    rule: 'image-format',
    when: 'jpg instead of jpeg',
    body: request(user('Hi', { images: [image(png(1, 1), 'jpg')] })),
    reason: 'IMAGE_FORMAT_UNSUPPORTED',
  },
  {
    rule: 'image-mime-mismatch',
    when: 'a PNG that says JPEG',
    body: request(user('Hi', { images: [image(png(1, 1), 'jpeg')] })),
    reason: 'IMAGE_MIME_MISMATCH',
  },
  {
    rule: 'image-count',
    when: 'eleven',
    body: request(user('Hi', { images: Array.from({ length: 11 }, () => image(png(1, 1))) })),
    reason: 'IMAGE_COUNT_EXCEEDED',
  },
  {
    rule: 'image-size',
    when: '4 MiB',
    body: request(user('Hi', { images: [image(Buffer.concat([png(1, 1), Buffer.alloc(4 << 20)]))] })),
    reason: 'IMAGE_SIZE_EXCEEDED',
  },
  {
    rule: 'image-dimension',
    when: '8001 pixels wide',
    body: request(user('Hi', { images: [image(png(8001, 1))] })),
    reason: 'IMAGE_DIMENSION_EXCEEDED',
  },
  {
    rule: 'image-unsupported',
    when: 'a model for text only',
    body: request(user('Hi', { modelId: 'deepseek-3.2', images: [image(png(1, 1))] })),
  },
  {
    rule: 'document-unsupported',
    when: 'a model that takes none',
    body: request(user('Hi', { documents: [document('a')] })),
    reason: 'DOCUMENT_MODEL_NOT_SUPPORTED',
  },
  {
    rule: 'document-count',
    when: 'six',
    body: withDocuments(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => document(name))),
    reason: 'DOCUMENT_COUNT_EXCEEDED',
  },
  {
    rule: 'document-size',
    when: '5 MiB',
    body: withDocuments(document('a', 5 << 20)),
    reason: 'DOCUMENT_SIZE_EXCEEDED',
  },
  {
    rule: 'document-duplicate-name',
    when: 'two of one name',
    body: withDocuments(document('a'), document('b'), document('a')),
    reason: 'DOCUMENT_DUPLICATE_NAME',
  },

  {
    rule: 'unknown-model',
    when: 'not in the catalog',
    body: request(user('Hi', { modelId: 'claude-opus-9' })),
    reason: 'INVALID_MODEL_ID',
  },
  {
    rule: 'model-fields',
    when: 'an effort the model lacks',
    body: request(user('Hi', { modelId: 'claude-opus-4.6' }), undefined, {
      additionalModelRequestFields: { output_config: { effort: 'xhigh' } },
    }),
  },
  {
    rule: 'model-fields',
    when: 'fields of another family',
    body: request(user('Hi'), undefined, { additionalModelRequestFields: { reasoning: { effort: 'low' } } }),
  },
  {
    rule: 'model-fields',
    when: 'a model without any',
    body: request(user('Hi', { modelId: 'claude-haiku-4.5' }), undefined, {
      additionalModelRequestFields: { output_config: { effort: 'low' } },
    }),
  },
]);
