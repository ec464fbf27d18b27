/** A realistic catalog, as `List-Available-Models` answers it. */

export interface CatalogModel {
  modelId: string;
  modelName?: string;
  description?: string;
  rateMultiplier?: number;
  rateUnit?: string;
  tokenLimits?: { maxInputTokens?: number; maxOutputTokens?: number };
  supportedInputTypes?: string[];
  promptCaching?: {
    supportsPromptCaching: boolean;
    minimumTokensPerCacheCheckpoint?: number;
    maximumCacheCheckpointsPerRequest?: number;
  };
  additionalModelRequestFieldsSchema?: Record<string, unknown> | null;
}

const closed = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length ? { required } : {}),
  additionalProperties: false,
});
const choice = (...values: string[]) => ({ type: 'string', enum: values });

const claudeFields = (...efforts: string[]) =>
  closed({
    output_config: closed({ effort: choice(...efforts) }),
    thinking: closed({ type: choice('adaptive'), display: choice('summarized', 'omitted') }, ['type']),
  });
const gptFields = closed({
  reasoning: closed({ effort: choice('none', 'low', 'medium', 'high', 'xhigh', 'max') }),
});

const five = claudeFields('low', 'medium', 'high', 'xhigh', 'max');
const four = claudeFields('low', 'medium', 'high', 'max');

const caching = (minimum: number) => ({
  supportsPromptCaching: true,
  minimumTokensPerCacheCheckpoint: minimum,
  maximumCacheCheckpointsPerRequest: 4,
});

interface Row {
  id: string;
  name: string;
  description: string;
  rate: number;
  window: number;
  output: number;
  images?: boolean;
  cacheFrom?: number;
  fields?: Record<string, unknown>;
}

const rows: Row[] = [
  {
    id: 'auto',
    name: 'Auto',
    description: 'Picks a model for each task',
    rate: 1,
    window: 1_000_000,
    output: 64_000,
    images: true,
  },
  {
    id: 'claude-opus-5',
    name: 'Claude Opus 5',
    description: 'Experimental preview of Claude Opus 5 model with 1M context window',
    rate: 2.2,
    window: 1_000_000,
    output: 128_000,
    images: true,
    cacheFrom: 4096,
    fields: five,
  },
  {
    id: 'claude-opus-4.8',
    name: 'Claude Opus 4.8',
    description: 'Claude Opus 4.8 model with 1M context window',
    rate: 2.2,
    window: 1_000_000,
    output: 128_000,
    images: true,
    cacheFrom: 4096,
    fields: five,
  },
  {
    id: 'claude-opus-4.6',
    name: 'Claude Opus 4.6',
    description: 'Claude Opus 4.6 model with 1M context window',
    rate: 2.2,
    window: 1_000_000,
    output: 64_000,
    images: true,
    cacheFrom: 4096,
    fields: four,
  },
  {
    id: 'claude-sonnet-5',
    name: 'Claude Sonnet 5',
    description: 'Claude Sonnet 5 model with 1M context window',
    rate: 1.3,
    window: 1_000_000,
    output: 64_000,
    images: true,
    cacheFrom: 1024,
    fields: five,
  },
  {
    id: 'claude-sonnet-4.6',
    name: 'Claude Sonnet 4.6',
    description: 'Claude Sonnet 4.6 model with 1M context window',
    rate: 1.3,
    window: 1_000_000,
    output: 64_000,
    images: true,
    cacheFrom: 1024,
    fields: four,
  },
  {
    id: 'claude-sonnet-4.5',
    name: 'Claude Sonnet 4.5',
    description: 'The Claude Sonnet 4.5 model',
    rate: 1.3,
    window: 200_000,
    output: 64_000,
    images: true,
    cacheFrom: 1024,
  },
  {
    id: 'claude-haiku-4.5',
    name: 'Claude Haiku 4.5',
    description: 'The latest Claude Haiku model',
    rate: 0.4,
    window: 200_000,
    output: 64_000,
    images: true,
    cacheFrom: 4096,
  },
  {
    id: 'gpt-5.6-terra',
    name: 'GPT-5.6 Terra',
    description: 'GPT-5.6 Terra model',
    rate: 1.2,
    window: 1_000_000,
    output: 128_000,
    images: true,
    fields: gptFields,
  },
  {
    id: 'deepseek-3.2',
    name: 'DeepSeek V3.2',
    description: 'Experimental preview of DeepSeek V3.2',
    rate: 0.25,
    window: 164_000,
    output: 64_000,
  },
  {
    id: 'qwen3-coder-next',
    name: 'Qwen3 Coder Next',
    description: 'Experimental preview of Qwen3 Coder Next',
    rate: 0.05,
    window: 256_000,
    output: 64_000,
  },
];

/** A fresh copy of the whole catalog, so that a test may change its own. */
export function defaultCatalog(): CatalogModel[] {
  return structuredClone(rows.map(modelOf));
}

/**
 * A model that takes documents. No such row was ever seen: that there are some follows from the request's `documents`
 * and the reason DOCUMENT_MODEL_NOT_SUPPORTED, and the word for them is inferred from TEXT and IMAGE.
 */
export function modelWithDocuments(): CatalogModel {
  const row = rows.find(({ id }) => id === 'claude-opus-5');
  if (!row) throw new Error('There is no such row.');
  const model = modelOf({ ...row, id: 'claude-with-documents', name: 'Claude with Documents' });
  return { ...model, supportedInputTypes: ['TEXT', 'IMAGE', 'DOCUMENT'] };
}

function modelOf(row: Row): CatalogModel {
  return {
    modelId: row.id,
    modelName: row.name,
    description: row.description,
    rateMultiplier: row.rate,
    rateUnit: 'Credit',
    tokenLimits: { maxInputTokens: row.window, maxOutputTokens: row.output },
    supportedInputTypes: row.images ? ['TEXT', 'IMAGE'] : ['TEXT'],
    promptCaching: row.cacheFrom ? caching(row.cacheFrom) : { supportsPromptCaching: false },
    additionalModelRequestFieldsSchema: row.fields ?? null,
  };
}
